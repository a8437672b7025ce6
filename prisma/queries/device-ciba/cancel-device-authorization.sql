-- $1 id  $2 client ids  $3 name of the team
-- While nobody has decided: of this and a decision one wins.
WITH cancelled AS (
  UPDATE device_authorization SET state = 'cancelled', decided_at = now()
   WHERE id = $1::uuid AND client_id = ANY ($2::text[]) AND state = 'pending' AND expires_at > clock_timestamp()
  RETURNING id, client_id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'team', $3, 'device-authorization.cancelled', id::text, jsonb_build_object('clientId', client_id) FROM cancelled)
SELECT id FROM cancelled
