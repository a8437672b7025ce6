-- $1 id  $2 client ids  $3 name of the team
-- While nobody has decided: of this and a decision one wins. CIB-6: the client is told as of a denial.
WITH cancelled AS (
  UPDATE backchannel_authentication_request SET state = 'cancelled', decided_at = now()
   WHERE id = $1::uuid AND client_id = ANY ($2::text[]) AND state = 'pending' AND expires_at > clock_timestamp()
  RETURNING id, client_id, delivery_mode, expires_at),
told AS (
  INSERT INTO backchannel_delivery (kind, request_id, lane, expires_at)
  SELECT delivery_mode, id, client_id, expires_at FROM cancelled WHERE delivery_mode <> 'poll'),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'team', $3, 'backchannel-authentication.cancelled', id::text, jsonb_build_object('clientId', client_id) FROM cancelled)
SELECT id, delivery_mode <> 'poll' AS told FROM cancelled
