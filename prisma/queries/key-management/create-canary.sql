-- $1 id of the key-encryption key  $2 the canary sealed with it
-- Of two processes that hold different keys under one id, one puts its canary here and the other cannot open it.
INSERT INTO key_encryption_canary (key_encryption_key, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING
