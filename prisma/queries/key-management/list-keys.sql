-- $1 whether removed keys are wanted too
-- The clock is read with the keys, and no other clock decides about their life. `infinity` means that only a command removes.
SELECT kid, purpose, algorithm, state,
       key_encryption_key                                    AS "keyEncryptionKey",
       revoked_at IS NOT NULL                                AS "revoked",
       extract(epoch FROM created_at)::float8                AS "createdAt",
       extract(epoch FROM published_at)::float8              AS "publishedAt",
       extract(epoch FROM active_at)::float8                 AS "activeAt",
       extract(epoch FROM retiring_at)::float8               AS "retiringAt",
       CASE WHEN isfinite(remove_after) THEN extract(epoch FROM remove_after)::float8 END AS "removeAfter",
       extract(epoch FROM removed_at)::float8                AS "removedAt",
       extract(epoch FROM now())::float8                     AS "now"
  FROM key
 WHERE state <> 'removed' OR $1
 ORDER BY created_at DESC, kid
 LIMIT 1000
