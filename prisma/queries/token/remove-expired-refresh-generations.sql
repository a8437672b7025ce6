-- $1 how many at most
-- The tokens of families that are past their absolute end by more than an access token may live, so that one which was ended by
-- reuse is remembered as long as anything it ended.
DELETE FROM refresh_generation
 WHERE token_hash IN (
   SELECT g.token_hash
     FROM refresh_family f
     JOIN refresh_generation g ON g.family_id = f.id
    WHERE f.expires_at < now() - interval '25 hours'
    ORDER BY f.expires_at
    LIMIT $1::integer)
RETURNING generation
