-- One array for each column: $1 jti  $2 grant_id  $3 client_id  $4 exp
-- find-live-user-jti for all that one turn of the event loop asks for; a row for each that lives, by its place in the arrays.
SELECT token.place::float8 AS place
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::float8[]) WITH ORDINALITY AS token (jti, grant_id, client_id, exp, place)
  JOIN live_grant g ON g.id = token.grant_id AND g.client_id = token.client_id
 WHERE to_timestamp(token.exp) > now()
   AND NOT EXISTS (SELECT FROM revoked_jti r WHERE r.jti = token.jti)
   AND NOT EXISTS (SELECT FROM refresh_family f WHERE f.grant_id = g.id AND f.revoked_at IS NOT NULL)
