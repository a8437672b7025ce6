-- $1 idempotency key
SELECT kid FROM key WHERE idempotency_key = $1
