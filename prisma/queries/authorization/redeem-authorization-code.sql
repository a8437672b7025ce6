-- $1 SHA-256 of the code  $2 client id  $3 redirect URI, or null when none was sent  $4 challenge of the verifier, or null
-- $5 key the client proved, or null  $6 redemption id  $7 mismatches that end a code
-- Unused, alive and everything as at the authorization endpoint, or this very redemption asked again (COD-1, COD-3). A challenge
-- makes the verifier mandatory, and a verifier nobody asked for is refused (COD-5, COD-6). It is audited with the first answer
-- (SEC-4, I9): whoever locks the row sees whether it was redeemed before.
WITH locked AS (SELECT c.code_hash, c.redeemed_at IS NULL AS first FROM authorization_code c WHERE c.code_hash = $1 FOR UPDATE),
redeemed AS (
  UPDATE authorization_code c
     SET redeemed_at = coalesce(c.redeemed_at, now()), redemption_id = $6::uuid
    FROM live_grant g, locked
   WHERE c.code_hash = $1 AND locked.code_hash = c.code_hash AND c.client_id = $2 AND g.id = c.grant_id
     AND (c.redirect_uri = $3 OR ($3::text IS NULL AND NOT c.redirect_uri_sent))
     AND c.code_challenge IS NOT DISTINCT FROM $4
     AND (c.confirmation IS NULL OR c.confirmation = $5::jsonb)
     AND c.attempts < $7
     AND ((c.redeemed_at IS NULL AND c.expires_at > now()) OR c.redemption_id = $6::uuid)
  RETURNING locked.first, c.nonce, c.id_token_claims,
            g.id, g.client_id, g.subject, g.authority, g.offline, g.confirmation, g.sid, g.auth_time, g.acr, g.amr, g.claims),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'code.redeemed', id::text, jsonb_build_object('redemption', $6::text) FROM redeemed WHERE first)
SELECT id AS "grantId", client_id AS "clientId", subject, authority, offline, coalesce($5::jsonb, confirmation) AS confirmation, sid,
       floor(extract(epoch FROM auth_time))::float8 AS "authTime", acr, amr, nonce, id_token_claims AS "wanted", claims
  FROM redeemed
