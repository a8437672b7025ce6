-- $1 token_hash
-- The same for a handle: its own row, its grant and the family of that grant (decision 3).
SELECT t.client_id AS "clientId",
       t.authority,
       t.confirmation,
       g.subject,
       g.authority -> 'claims' AS "grantedClaims",
       g.claims
  FROM opaque_access_token t
  JOIN live_grant g ON g.id = t.grant_id AND g.client_id = t.client_id
 WHERE t.token_hash = $1
   AND t.revoked_at IS NULL
   AND t.expires_at > now()
   AND NOT EXISTS (SELECT FROM refresh_family f WHERE f.grant_id = g.id AND f.revoked_at IS NOT NULL)
