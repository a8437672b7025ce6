-- $1 SHA-256 of the code  $2 client id  $3 redirect URI, or null when none was sent  $4 challenge of the verifier, or null
-- $5 key the client proved, or null  $6 redemption id  $7 mismatches that end a code
-- Unused, alive and everything as at the authorization endpoint, or this very redemption asked again (COD-1, COD-3). A challenge
-- makes the verifier mandatory, and a verifier nobody asked for is refused (COD-5, COD-6).
UPDATE authorization_code c
   SET redeemed_at = coalesce(c.redeemed_at, now()), redemption_id = $6::uuid
  FROM live_grant g
 WHERE c.code_hash = $1 AND c.client_id = $2 AND g.id = c.grant_id
   AND (c.redirect_uri = $3 OR ($3::text IS NULL AND NOT c.redirect_uri_sent))
   AND c.code_challenge IS NOT DISTINCT FROM $4
   AND (c.confirmation IS NULL OR c.confirmation = $5::jsonb)
   AND c.attempts < $7
   AND ((c.redeemed_at IS NULL AND c.expires_at > now()) OR c.redemption_id = $6::uuid)
RETURNING g.id AS "grantId", g.client_id AS "clientId", g.subject, g.authority, g.offline,
          coalesce($5::jsonb, g.confirmation) AS confirmation, g.sid, floor(extract(epoch FROM g.auth_time))::float8 AS "authTime", g.acr, g.amr,
          c.nonce, c.id_token_claims AS "wanted", g.claims
