-- $1 jti  $2 grant_id in it  $3 client_id  $4 exp
-- The conditions of find-live-user-jti, and what the userinfo endpoint tells while they hold: one statement, so that a person is
-- never told of by a token that has died between two.
SELECT g.subject, g.authority -> 'claims' AS "grantedClaims", g.claims
  FROM live_grant g
 WHERE g.id = $2::uuid
   AND g.client_id = $3
   AND to_timestamp($4::float8) > now()
   AND NOT EXISTS (SELECT FROM revoked_jti r WHERE r.jti = $1)
   AND NOT EXISTS (SELECT FROM refresh_family f WHERE f.grant_id = g.id AND f.revoked_at IS NOT NULL)
