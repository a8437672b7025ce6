-- $1 jti  $2 grant_id in it  $3 client_id  $4 exp
-- One row while a user's JWT lives: not past, not revoked, its grant with session, client and user alive, and the family of
-- refresh tokens of the grant not ended (decision 3, TOK-4). No row per token is needed for it.
SELECT true AS live
  FROM live_grant g
 WHERE g.id = $2::uuid
   AND g.client_id = $3
   AND to_timestamp($4::float8) > now()
   AND NOT EXISTS (SELECT FROM revoked_jti r WHERE r.jti = $1)
   AND NOT EXISTS (SELECT FROM refresh_family f WHERE f.grant_id = g.id AND f.revoked_at IS NOT NULL)
