-- $1 token_hash presented  $2 token_hash of its successor  $3 derivation_kid of the successor  $4 client_id  $5 confirmation or null
-- $6 scope asked for  $7 resources asked for  $8 idle seconds
-- One conditional update decides (REF-2): whoever waited for another's update finds another generation and gets no row. What it
-- depends on is read here and nowhere kept (decision 3, GEN-6). The idle end moves, the absolute one never does (REF-6).
WITH presented AS (
  SELECT family_id, generation FROM refresh_generation WHERE token_hash = $1
), rotated AS (
  UPDATE refresh_family f
     SET generation = f.generation + 1,
         rotated_at = now(),
         idle_expires_at = least(now() + make_interval(secs => $8::float8), f.expires_at)
    FROM presented p
   WHERE f.id = p.family_id
     AND f.generation = p.generation
     AND f.client_id = $4::text
     AND f.confirmation IS NOT DISTINCT FROM $5::jsonb
     AND f.revoked_at IS NULL
     AND f.idle_expires_at > now()
     AND f.expires_at > now()
     AND f.user_grant #> '{authority,scope}' ?& $6::text[]
     AND f.user_grant #> '{authority,resources}' ?& $7::text[]
     AND EXISTS (SELECT FROM live_grant g WHERE g.id = f.grant_id AND g.client_id = f.client_id)
  RETURNING f.id, f.generation, f.client_id, f.user_grant
), successor AS (
  INSERT INTO refresh_generation (token_hash, family_id, generation, derivation_kid)
  SELECT $2::bytea, id, generation, $3::text FROM rotated
), audited AS (
  INSERT INTO token_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'refresh-token.rotated', id::text, jsonb_build_object('generation', generation) FROM rotated
)
SELECT user_grant AS "grant" FROM rotated
