-- $1 SHA-256 of the initial access token, or null where registration is open  $2 JSON of the client  $3 SHA-256 of its registration
-- access token  $4 members that are kept  $5 JSON {source, keys} or null  $6 JSON {rowId, digest, sealed, sealingKid} or null
-- REG-1: the token is spent by the registration it opens, or neither happens; of several at once no more than it is good for succeed.
-- No row: the token is not good any more.
WITH admitted AS (
  UPDATE initial_access_token SET uses = uses + 1
   WHERE token_digest = $1 AND revoked_at IS NULL AND expires_at > now() AND uses < uses_max
  RETURNING id),
made AS (
  INSERT INTO client (id, name, enabled, profile, authentication_method, assertion_algorithm, grant_types, scope, resources,
                      jwks_uri, registration, managed_by)
  SELECT "clientId", name, true, profile, "authenticationMethod", "assertionAlgorithm", "grantTypes", scope, '{}', "jwksUri", registration,
         'registration'
    FROM jsonb_to_record($2::jsonb) AS given ("clientId" text, name text, profile text, "authenticationMethod" text,
                                              "assertionAlgorithm" text, "grantTypes" text[], scope text[], "jwksUri" text, registration jsonb)
   WHERE $1::bytea IS NULL OR EXISTS (SELECT FROM admitted)
  RETURNING id),
registered AS (
  INSERT INTO client_registration (client_id, access_token_digest, initial_access_token_id, kept)
  SELECT id, $3, (SELECT admitted.id FROM admitted), $4::jsonb FROM made),
keyed AS (
  INSERT INTO client_key_set (client_id, source, keys)
  SELECT made.id, one.source, one.keys FROM made, jsonb_to_record($5::jsonb) AS one (source text, keys jsonb) WHERE $5::jsonb IS NOT NULL),
secured AS (
  INSERT INTO client_secret (id, client_id, digest, sealed, sealing_kid)
  SELECT one."rowId", made.id, one.digest, one.sealed, one."sealingKid"
    FROM made, jsonb_to_record($6::jsonb) AS one ("rowId" uuid, digest text, sealed text, "sealingKid" text) WHERE $6::jsonb IS NOT NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', id, 'client.registered', id,
         jsonb_build_object('initialAccessToken', (SELECT admitted.id FROM admitted), 'redirectUris', $2::jsonb #> '{registration,redirectUris}')
    FROM made)
SELECT id, floor(extract(epoch FROM now()))::float8 AS "issuedAt" FROM made
