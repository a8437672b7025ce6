-- $1 id  $2 actor kind  $3 actor name
-- Twice is the same as once. One row when there is such a token.
WITH ended AS (
  UPDATE initial_access_token SET revoked_at = now() WHERE id = $1::uuid AND revoked_at IS NULL RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT $2, $3, 'initial-access-token.revoked', id::text, '{}' FROM ended)
SELECT id, EXISTS (SELECT FROM ended) AS changed FROM initial_access_token WHERE id = $1::uuid
