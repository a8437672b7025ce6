-- $1 jti  $2 client_id  $3 exp
-- One row while a client_credentials JWT lives: not past, not revoked, its client there and enabled.
SELECT true AS live
  FROM client c
 WHERE c.id = $2
   AND c.enabled
   AND to_timestamp($3::float8) > now()
   AND NOT EXISTS (SELECT FROM revoked_jti r WHERE r.jti = $1)
