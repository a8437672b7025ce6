-- $1 grant id  $2 client id  $3 account id  $4 subject  $5 offline  $6 authority  $7 confirmation, or null  $8 acr  $9 amr  $10 request id
-- $11 when the password was set that was right
-- A grant without a session, recorded once per request (decision 2). A disabled account or client is granted nothing, nor is a
-- password that was changed while it was looked at: whoever changes it later sees this grant.
WITH recorded AS (
  INSERT INTO authorization_grant (id, client_id, account_id, subject, offline, authority, confirmation, auth_time, acr, amr, request_id)
  SELECT $1::uuid, c.id, a.id, $4, $5, $6::jsonb, $7::jsonb, now(), $8, $9::text[], $10
    FROM client c, account a
    JOIN credential k ON k.account_id = a.id AND k.kind = 'password'
   WHERE c.id = $2 AND c.enabled AND a.id = $3 AND a.enabled AND a.locked_at IS NULL AND k.changed_at = $11::timestamptz
     FOR SHARE OF a, k
  ON CONFLICT (request_id) DO NOTHING
  RETURNING id, auth_time, authority),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $3, 'grant.recorded', id::text, jsonb_build_object('clientId', $2::text, 'scope', authority -> 'scope', 'password', true) FROM recorded)
SELECT floor(extract(epoch FROM auth_time))::float8 AS "authTime" FROM recorded
