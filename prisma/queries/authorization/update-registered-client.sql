-- $1 client id  $2 SHA-256 of the token presented  $3 SHA-256 of the one that follows  $4 JSON of the client  $5 members that are kept
-- $6 what happens to its secrets: keep, remove or replace  $7 JSON {rowId, digest, sealed, sealingKid} or null
-- $8 what happens to its keys: keep, remove or replace  $9 JSON {source, keys} or null
-- REG-6, REG-7: one statement changes all of it and the token, so of two updates with one token the first is the only one (I1). A
-- disabled client is left as it is.
WITH turned AS (
  UPDATE client_registration r SET access_token_digest = $3, kept = $5::jsonb
    FROM client c
   WHERE r.client_id = $1 AND r.access_token_digest = $2 AND c.id = r.client_id AND c.managed_by = 'registration' AND c.enabled
  RETURNING r.client_id AS id, r.issued_at),
changed AS (
  UPDATE client c
     SET name = given.name, authentication_method = given."authenticationMethod", assertion_algorithm = given."assertionAlgorithm",
         grant_types = given."grantTypes", scope = given.scope, jwks_uri = given."jwksUri", registration = given.registration, updated_at = now()
    FROM turned, jsonb_to_record($4::jsonb) AS given (name text, "authenticationMethod" text, "assertionAlgorithm" text, "grantTypes" text[],
                                                      scope text[], "jwksUri" text, registration jsonb)
   WHERE c.id = turned.id),
-- REG-8: people agreed to another registration; they are asked again.
forgotten AS (
  DELETE FROM consent USING turned WHERE consent.client_id = turned.id),
stripped AS (
  DELETE FROM client_secret s USING turned WHERE s.client_id = turned.id AND $6 <> 'keep'),
secured AS (
  INSERT INTO client_secret (id, client_id, digest, sealed, sealing_kid)
  SELECT one."rowId", turned.id, one.digest, one.sealed, one."sealingKid"
    FROM turned, jsonb_to_record($7::jsonb) AS one ("rowId" uuid, digest text, sealed text, "sealingKid" text) WHERE $6 = 'replace'),
unkeyed AS (
  DELETE FROM client_key_set k USING turned WHERE k.client_id = turned.id AND $8 = 'remove'),
keyed AS (
  INSERT INTO client_key_set (client_id, source, keys)
  SELECT turned.id, one.source, one.keys FROM turned, jsonb_to_record($9::jsonb) AS one (source text, keys jsonb) WHERE $8 = 'replace'
  ON CONFLICT (client_id) DO UPDATE
     SET source = excluded.source, keys = excluded.keys, fetched_at = NULL, attempted_at = NULL, failure = NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', id, 'client.updated', id, jsonb_build_object('redirectUris', $4::jsonb #> '{registration,redirectUris}') FROM turned)
SELECT id, floor(extract(epoch FROM issued_at))::float8 AS "issuedAt" FROM turned
