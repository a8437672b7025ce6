-- $1 purpose  $2 algorithm  $3 idempotency key of the request that is answered with it
-- A key that the schedule has on its way serves a command as well. Whoever claimed it first is found by the same key again.
UPDATE key SET idempotency_key = CASE WHEN idempotency_key LIKE 'after/%' THEN $3::text ELSE idempotency_key END
 WHERE kid = (SELECT kid FROM key WHERE purpose = $1 AND algorithm = $2 AND state IN ('created', 'published') ORDER BY created_at, kid LIMIT 1)
   AND state IN ('created', 'published')
RETURNING kid
