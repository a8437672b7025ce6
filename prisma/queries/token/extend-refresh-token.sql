-- $1 token_hash  $2 client_id  $3 confirmation or null  $4 scope asked for  $5 resources asked for  $6 idle seconds
-- The token of a client that does not rotate (REF-1): the same conditions as for a rotation, and only its idle end moves.
WITH presented AS (
  SELECT family_id, generation FROM refresh_generation WHERE token_hash = $1
), extended AS (
  UPDATE refresh_family f
     SET idle_expires_at = least(now() + make_interval(secs => $6::float8), f.expires_at)
    FROM presented p
   WHERE f.id = p.family_id
     AND f.generation = p.generation
     AND f.client_id = $2::text
     AND f.confirmation IS NOT DISTINCT FROM $3::jsonb
     AND f.revoked_at IS NULL
     AND f.idle_expires_at > now()
     AND f.expires_at > now()
     AND f.user_grant #> '{authority,scope}' ?& $4::text[]
     AND f.user_grant #> '{authority,resources}' ?& $5::text[]
     AND EXISTS (SELECT FROM live_grant g WHERE g.id = f.grant_id AND g.client_id = f.client_id)
  RETURNING f.id, f.client_id, f.user_grant
), audited AS (
  INSERT INTO token_audit_event (actor_kind, actor_name, action, subject)
  SELECT 'client', client_id, 'refresh-token.used', id::text FROM extended
)
SELECT user_grant AS "grant" FROM extended
