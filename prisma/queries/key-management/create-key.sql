-- $1 kid  $2 purpose  $3 algorithm  $4 public JWK or null  $5 wrapped data key  $6 sealed private part
-- $7 key-encryption key  $8 idempotency key, null for the schedule  $9 kid of the active key to be replaced, or null
-- $10 actor kind  $11 actor name
-- One successor at a time, and only of the key that is active now. Of those who create at once, by command or schedule, the
-- unique index `key_one_successor` lets one in. By the name of the newest key as what it comes after, a schedule that looked
-- before that successor was made does not make another one when it is active already.
WITH newest AS (
  SELECT kid FROM key WHERE purpose = $2::text AND algorithm = $3::text ORDER BY created_at DESC, kid LIMIT 1
), made AS (
  INSERT INTO key (kid, purpose, algorithm, state, public_jwk, wrapped_data_key, sealed_private, key_encryption_key, idempotency_key)
  SELECT $1::text, $2::text, $3::text, 'created', $4::jsonb, $5::bytea, $6::bytea, $7::text,
         coalesce($8::text, 'after/' || $2::text || '/' || $3::text || '/' || coalesce((SELECT kid FROM newest), 'none'))
   WHERE NOT EXISTS (SELECT FROM key WHERE purpose = $2::text AND algorithm = $3::text AND state IN ('created', 'published'))
     AND (SELECT kid FROM key WHERE purpose = $2::text AND algorithm = $3::text AND state = 'active') IS NOT DISTINCT FROM $9::text
  ON CONFLICT DO NOTHING
  RETURNING kid
)
INSERT INTO key_management_audit_event (actor_kind, actor_name, action, subject, detail)
SELECT $10::text, $11::text, 'key.created', kid, jsonb_build_object('purpose', $2::text, 'algorithm', $3::text) FROM made
RETURNING subject AS "kid"
