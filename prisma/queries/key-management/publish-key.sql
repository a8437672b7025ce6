-- $1 kid  $2 actor kind  $3 actor name
WITH published AS (
  UPDATE key SET state = 'published', published_at = now() WHERE kid = $1 AND state = 'created' RETURNING kid
)
INSERT INTO key_management_audit_event (actor_kind, actor_name, action, subject)
SELECT $2, $3, 'key.published', kid FROM published
RETURNING subject AS "kid"
