-- $1 how many at most  $2 seconds a refresh token of a client lives that registered nothing else
-- No session ends these, only the refresh tokens they were given, at the end that is registered for the client; three days more
-- for a code that was redeemed late (remove-expired-authorization-codes) and the longest access token after that.
DELETE FROM authorization_grant
 WHERE id = ANY (ARRAY(
   SELECT g.id
     FROM client c
    CROSS JOIN LATERAL (
      SELECT id FROM authorization_grant
       WHERE client_id = c.id AND (offline OR sid IS NULL)
         AND created_at < now() - interval '3 days' - make_interval(secs => coalesce((c.registration ->> 'refreshTokenLifetimeSeconds')::float8, $2::float8))
       ORDER BY created_at LIMIT $1::integer FOR UPDATE SKIP LOCKED) g
    LIMIT $1::integer))
RETURNING id
