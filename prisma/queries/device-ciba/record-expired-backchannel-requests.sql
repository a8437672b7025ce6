-- $1 how many at most
-- Nothing depends on it: what has expired is judged by its expiry (I4). CIBA Core §12: a client that gets its tokens pushed cannot
-- ask, so it is told that there will be none.
WITH due AS (
  SELECT id, state FROM backchannel_authentication_request
   WHERE state IN ('pending', 'approved') AND expires_at < now() - interval '5 seconds'
   ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED),
expired AS (
  UPDATE backchannel_authentication_request r SET state = 'expired' FROM due WHERE r.id = due.id
  RETURNING r.id, r.client_id, r.delivery_mode, due.state AS before),
told AS (
  INSERT INTO backchannel_delivery (kind, request_id, lane, expires_at)
  SELECT 'push', id, client_id, now() + interval '10 minutes' FROM expired WHERE delivery_mode = 'push' AND before = 'pending'
  ON CONFLICT (request_id, kind) DO NOTHING),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'backchannel-authentication.expired', id::text, jsonb_build_object('before', before) FROM expired)
SELECT id FROM expired
