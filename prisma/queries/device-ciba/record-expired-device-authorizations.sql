-- $1 how many at most
-- Nothing depends on it: what has expired is judged by its expiry (I4). An approval that no device came for is recorded as such.
WITH due AS (
  SELECT id, state FROM device_authorization
   WHERE state IN ('pending', 'approved') AND expires_at < now() - interval '5 seconds'
   ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED),
expired AS (
  UPDATE device_authorization d SET state = 'expired' FROM due WHERE d.id = due.id
  RETURNING d.id, d.client_id, due.state AS before),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'device-authorization.expired', id::text, jsonb_build_object('before', before) FROM expired)
SELECT id FROM expired
