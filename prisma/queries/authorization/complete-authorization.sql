-- $1 interaction id, or null for a silent authorization  $2 SHA-256 of the request_uri, or null  $3 session id  $4 client id
-- $5 grant id  $6 subject  $7 offline  $8 authority  $9 confirmation, or null
-- $10 SHA-256 of the code, or null for a response without one  $11 redirect URI  $12 whether it was sent  $13 challenge  $14 nonce  $15 claims wanted in the ID token
-- $16 seconds the code lives  $17 consent to remember, or null  $18 seconds it is remembered
-- $19 whether it rests on a remembered consent  $20 whether the claims of the person are wanted: for an ID token in the response
-- One authorization, all or nothing (COD-1): the interaction ends, the pushed request is spent (PAR-3), the grant and the code are
-- made, the consent is remembered. No row: somebody else was first, or the session, the account, the client or the remembered
-- consent is no longer alive.
-- Account, session and consent are locked, so that who ends them sees this grant; then the interaction; then the pushed request:
-- in this order wherever several of them are.
WITH alive AS (
  SELECT s.id, s.sid, s.account_id, s.authenticated_at, s.acr, s.amr
    FROM session s
    JOIN account a ON a.id = s.account_id
    JOIN client c ON c.id = $4
   WHERE s.id = $3::uuid AND s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()
     AND a.enabled AND a.locked_at IS NULL AND c.enabled
     FOR KEY SHARE OF a FOR SHARE OF s),
agreed AS (
  SELECT c.client_id FROM consent c JOIN alive ON alive.account_id = c.account_id
   WHERE $19::boolean AND c.client_id = $4 AND c.revoked_at IS NULL AND c.expires_at > now()
     FOR SHARE OF c),
open AS (
  SELECT i.id FROM interaction i
   WHERE i.id = $1::uuid AND i.ended_at IS NULL AND i.expires_at > now() AND EXISTS (SELECT FROM alive) AND (NOT $19::boolean OR EXISTS (SELECT FROM agreed))
     FOR UPDATE),
spent AS (
  UPDATE pushed_authorization_request SET spent_at = now()
   WHERE request_uri_hash = $2 AND client_id = $4 AND spent_at IS NULL
     AND EXISTS (SELECT FROM alive) AND (NOT $19::boolean OR EXISTS (SELECT FROM agreed)) AND ($1::uuid IS NULL OR EXISTS (SELECT FROM open))
  RETURNING request_uri_hash),
first AS (
  SELECT alive.* FROM alive
   WHERE (NOT $19::boolean OR EXISTS (SELECT FROM agreed)) AND ($1::uuid IS NULL OR EXISTS (SELECT FROM open)) AND ($2::bytea IS NULL OR EXISTS (SELECT FROM spent))),
ended AS (
  UPDATE interaction i SET ended_at = now(), outcome = 'granted', account_id = first.account_id
    FROM first WHERE i.id = $1::uuid),
granted AS (
  INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, confirmation, auth_time, acr, amr)
  SELECT $5::uuid, $4, account_id, $6, id, sid, $7, $8::jsonb, $9::jsonb, authenticated_at, acr, amr FROM first
  RETURNING id, account_id, sid, auth_time, acr, amr),
coded AS (
  INSERT INTO authorization_code (code_hash, grant_id, client_id, redirect_uri, redirect_uri_sent, code_challenge, nonce, id_token_claims, confirmation, expires_at)
  SELECT $10::bytea, id, $4, $11, $12, $13, $14, $15::jsonb, $9::jsonb, now() + make_interval(secs => $16::float8) FROM granted
   WHERE $10::bytea IS NOT NULL),
remembered AS (
  INSERT INTO consent (account_id, client_id, authority, expires_at)
  SELECT account_id, $4, $17::jsonb, now() + make_interval(secs => $18::float8) FROM granted WHERE $17::jsonb IS NOT NULL
  ON CONFLICT (account_id, client_id) DO UPDATE
    SET authority = excluded.authority, given_at = now(), expires_at = excluded.expires_at, revoked_at = NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', account_id, 'grant.recorded', id::text,
         jsonb_build_object('clientId', $4::text, 'scope', $8::jsonb -> 'scope', 'silent', $1::uuid IS NULL, 'consentRemembered', $17::jsonb IS NOT NULL)
    FROM granted)
SELECT id AS "grantId", sid, floor(extract(epoch FROM auth_time))::float8 AS "authTime", acr, amr,
       CASE WHEN $20::boolean THEN (SELECT a.claims FROM account a WHERE a.id = account_id) END AS claims
  FROM granted
