-- $1 how many at most
DELETE FROM revoked_jti
 WHERE jti IN (SELECT jti FROM revoked_jti WHERE expires_at < now() - interval '1 hour' ORDER BY expires_at LIMIT $1::integer)
RETURNING jti
