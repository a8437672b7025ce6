-- $1 token_hash
-- One row while the token could be used: the newest of a family that lives, with everything it depends on (decision 3).
SELECT f.client_id AS "clientId",
       l.subject,
       f.user_grant #> '{authority,scope}' AS scope,
       floor(extract(epoch FROM g.created_at))::float8      AS "issuedAt",
       floor(extract(epoch FROM f.idle_expires_at))::float8 AS "expiresAt"
  FROM refresh_generation g
  JOIN refresh_family f ON f.id = g.family_id AND f.generation = g.generation
  JOIN live_grant l ON l.id = f.grant_id AND l.client_id = f.client_id
 WHERE g.token_hash = $1
   AND f.revoked_at IS NULL
   AND f.idle_expires_at > now()
   AND f.expires_at > now()
