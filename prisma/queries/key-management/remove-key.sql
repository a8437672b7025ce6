-- $1 kid  $2 actor kind  $3 actor name
-- The material is erased; the row stays as the record that the key existed.
WITH removed AS (
  UPDATE key SET state = 'removed', removed_at = now(), wrapped_data_key = NULL, sealed_private = NULL
   WHERE kid = $1 AND state = 'retiring' AND remove_after <= now()
  RETURNING kid
)
INSERT INTO key_management_audit_event (actor_kind, actor_name, action, subject)
SELECT $2, $3, 'key.removed', kid FROM removed
RETURNING subject AS "kid"
