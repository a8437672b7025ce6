-- One array for each column: $1 token_hash  $2 jti  $3 client_id  $4 subject_kind  $5 subject_id  $6 authority
-- $7 confirmation or null  $8 lifetime in seconds  $9 grant_id or null
-- The database's clock dates the tokens, because it will judge them. Each token commits its audit event with it.
WITH issued AS (
  INSERT INTO opaque_access_token (token_hash, jti, client_id, subject_kind, subject_id, authority, confirmation, expires_at, grant_id)
  SELECT token_hash, jti, client_id, subject_kind, subject_id, authority, confirmation, now() + make_interval(secs => lifetime), grant_id
    FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::float8[], $9::uuid[])
      AS token (token_hash, jti, client_id, subject_kind, subject_id, authority, confirmation, lifetime, grant_id)
  RETURNING jti, client_id, authority
)
INSERT INTO token_audit_event (actor_kind, actor_name, action, subject, detail)
SELECT 'client', client_id, 'opaque-access-token.issued', jti,
       jsonb_build_object('scope', authority -> 'scope', 'resources', authority -> 'resources')
  FROM issued
