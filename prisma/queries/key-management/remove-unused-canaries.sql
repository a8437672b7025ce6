-- $1 the active key-encryption key
DELETE FROM key_encryption_canary c
 WHERE c.key_encryption_key <> $1
   AND NOT EXISTS (SELECT FROM key k WHERE k.key_encryption_key = c.key_encryption_key AND k.wrapped_data_key IS NOT NULL)
RETURNING c.key_encryption_key AS "id"
