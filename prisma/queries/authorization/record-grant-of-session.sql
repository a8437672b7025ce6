-- $1 grant id  $2 client id  $3 account id  $4 subject  $5 offline  $6 authority  $7 confirmation, or null
-- $8 SHA-256 of the session cookie  $9 id of the request that was approved
-- What a person allowed for a request that came another way, recorded once under that request's id (decision 2): the same message
-- again finds the row it made. How and when they signed in is the session's; the grant is not bound to it, because what it is for
-- runs elsewhere and is ended on the account page.
WITH person AS (
  SELECT s.account_id, s.authenticated_at, s.acr, s.amr, a.enabled AND a.locked_at IS NULL AS usable
    FROM session s JOIN account a ON a.id = s.account_id
   WHERE s.handle_hash = $8 AND s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()),
recorded AS (
  INSERT INTO authorization_grant AS g (id, client_id, account_id, subject, offline, authority, confirmation, auth_time, acr, amr, request_id)
  SELECT $1::uuid, c.id, p.account_id, $4, $5, $6::jsonb, $7::jsonb, p.authenticated_at, p.acr, p.amr, $9
    FROM client c, person p
   WHERE c.id = $2 AND c.enabled AND p.account_id = $3 AND p.usable
  ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
   WHERE g.client_id = excluded.client_id AND g.account_id = excluded.account_id AND g.revoked_at IS NULL
  RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $3, 'grant.recorded', id::text, jsonb_build_object('clientId', $2::text, 'scope', $6::jsonb -> 'scope', 'request', $9::text)
    FROM recorded WHERE id = $1::uuid)
SELECT (SELECT id FROM recorded) AS "grantId",
       CASE WHEN NOT EXISTS (SELECT FROM person) THEN 'signed_out'
            WHEN NOT EXISTS (SELECT FROM person WHERE account_id = $3) THEN 'other_person'
            ELSE 'not_possible' END AS why
