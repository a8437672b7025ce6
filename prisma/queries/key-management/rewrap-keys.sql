-- $1 the active key-encryption key  $2 kids  $3 data keys wrapped by it  $4 the wrapping each of them replaces
-- $5 actor kind  $6 actor name
-- A key that was rewrapped or removed meanwhile no longer has the wrapping we read, and is left as it is.
WITH rewrapped AS (
  UPDATE key k SET wrapped_data_key = w.wrapped, key_encryption_key = $1::text
    FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS w (kid, wrapped, replaced)
   WHERE k.kid = w.kid AND k.wrapped_data_key = w.replaced
  RETURNING k.kid
), audited AS (
  INSERT INTO key_management_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT $5::text, $6::text, 'key.rewrapped', kid, jsonb_build_object('keyEncryptionKey', $1::text) FROM rewrapped
)
SELECT kid FROM rewrapped
