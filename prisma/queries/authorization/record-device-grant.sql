-- $1 grant id  $2 session id  $3 client id  $4 subject  $5 offline  $6 authority  $7 confirmation, or null
-- $8 what it is recorded for: the request of the device, the person and what they allow
-- What a person allows a device (decision 2), before the approval is stored where the device asks for it. The same again finds the
-- same grant, so nothing is lost when the two do not both happen at the first try. It has no session of its own: the device stays
-- signed in when this browser signs out. Session and account are locked, so that who ends them sees it.
WITH alive AS (
  SELECT s.account_id, s.authenticated_at, s.acr, s.amr
    FROM session s
    JOIN account a ON a.id = s.account_id
    JOIN client c ON c.id = $3
   WHERE s.id = $2::uuid AND s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()
     AND a.enabled AND a.locked_at IS NULL AND c.enabled
     FOR KEY SHARE OF a FOR SHARE OF s),
recorded AS (
  INSERT INTO authorization_grant AS g (id, client_id, account_id, subject, offline, authority, confirmation, auth_time, acr, amr, request_id)
  SELECT $1::uuid, $3, account_id, $4, $5, $6::jsonb, $7::jsonb, authenticated_at, acr, amr, $8 FROM alive
  ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
   WHERE g.account_id = excluded.account_id AND g.client_id = excluded.client_id AND g.authority = excluded.authority AND g.revoked_at IS NULL
  RETURNING id, account_id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', account_id, 'grant.recorded', id::text, jsonb_build_object('clientId', $3::text, 'scope', $6::jsonb -> 'scope', 'device', true)
    FROM recorded WHERE id = $1::uuid)
SELECT id AS "grantId" FROM recorded
