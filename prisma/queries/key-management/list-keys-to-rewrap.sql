-- $1 the active key-encryption key  $2 how many
SELECT kid, purpose, algorithm, key_encryption_key AS "keyEncryptionKey", wrapped_data_key AS "wrappedDataKey"
  FROM key
 WHERE wrapped_data_key IS NOT NULL AND key_encryption_key <> $1
 ORDER BY kid
 LIMIT $2
