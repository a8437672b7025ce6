SELECT key_encryption_key AS "id", sealed FROM key_encryption_canary
