-- $1 how many at most
-- What a running statement holds is left for the next time, so that several cleaners do not wait for each other.
DELETE FROM opaque_access_token
 WHERE token_hash IN (
   SELECT token_hash FROM opaque_access_token
    WHERE expires_at < now() - interval '1 hour'
    ORDER BY expires_at
    LIMIT $1::integer
      FOR UPDATE SKIP LOCKED)
RETURNING jti
