-- One array for each column: $1 id  $2 grant_id  $3 client_id  $4 user_grant  $5 confirmation or null  $6 token_hash
-- $7 idle seconds  $8 lifetime in seconds
-- The first refresh token of each grant. The idle end never lies behind the absolute one (REF-6). Each family commits its audit
-- event with it.
WITH given AS (
  SELECT id, grant_id, client_id, user_grant, confirmation, token_hash, now() + make_interval(secs => lifetime) AS expires_at,
         now() + make_interval(secs => least(idle, lifetime)) AS idle_expires_at
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::jsonb[], $6::bytea[], $7::float8[], $8::float8[])
      AS family (id, grant_id, client_id, user_grant, confirmation, token_hash, idle, lifetime)
), begun AS (
  INSERT INTO refresh_family (id, grant_id, client_id, user_grant, confirmation, idle_expires_at, expires_at)
  SELECT id, grant_id, client_id, user_grant, confirmation, idle_expires_at, expires_at FROM given
  RETURNING id, grant_id, client_id
), first AS (
  INSERT INTO refresh_generation (token_hash, family_id, generation) SELECT token_hash, id, 0 FROM given
)
INSERT INTO token_audit_event (actor_kind, actor_name, action, subject, detail)
SELECT 'client', client_id, 'refresh-family.begun', id::text, jsonb_build_object('grant', grant_id) FROM begun
