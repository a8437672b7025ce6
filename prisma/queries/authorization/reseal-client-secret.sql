-- $1 id  $2 sealed value as read  $3 the same secret sealed anew  $4 kid it is sealed to
-- Of two replicas one wins; a secret that was replaced meanwhile stays as it is. Audited with the row (SEC-4).
WITH moved AS (
  UPDATE client_secret SET sealed = $3, sealing_kid = $4 WHERE id = $1::uuid AND sealed = $2 RETURNING id, client_id, sealing_kid)
INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
SELECT 'schedule', 'resealing', 'client-secret.resealed', client_id, jsonb_build_object('secret', id, 'kid', sealing_kid) FROM moved
RETURNING subject AS id
