-- $1 id of the last one of the page before, or null  $2 how many at most
SELECT id, name, uses, uses_max AS "usesMax", created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"
  FROM initial_access_token
 WHERE $1::uuid IS NULL OR id > $1::uuid
 ORDER BY id
 LIMIT $2::integer
