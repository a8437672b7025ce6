-- One array for each column: $1 jti  $2 client_id  $3 exp
-- find-live-jti for all that one turn of the event loop asks for; a row for each that lives, by its place in the arrays.
SELECT token.place::float8 AS place
  FROM unnest($1::text[], $2::text[], $3::float8[]) WITH ORDINALITY AS token (jti, client_id, exp, place)
  JOIN client c ON c.id = token.client_id
 WHERE c.enabled
   AND to_timestamp(token.exp) > now()
   AND NOT EXISTS (SELECT FROM revoked_jti r WHERE r.jti = token.jti)
