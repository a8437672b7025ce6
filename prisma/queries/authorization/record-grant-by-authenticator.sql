-- $1 grant id  $2 client id  $3 account id  $4 subject  $5 offline  $6 authority  $7 confirmation, or null
-- $8 acr, or null  $9 amr  $10 id of the request that was approved
-- As record-grant-of-session, where the deployment's own authenticator vouches for the person: how they were authenticated is what it
-- says, and when is now.
WITH recorded AS (
  INSERT INTO authorization_grant AS g (id, client_id, account_id, subject, offline, authority, confirmation, auth_time, acr, amr, request_id)
  SELECT $1::uuid, c.id, a.id, $4, $5, $6::jsonb, $7::jsonb, now(), $8, $9::text[], $10
    FROM client c, account a
   WHERE c.id = $2 AND c.enabled AND a.id = $3 AND a.enabled AND a.locked_at IS NULL
  ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
   WHERE g.client_id = excluded.client_id AND g.account_id = excluded.account_id AND g.revoked_at IS NULL
  RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $3, 'grant.recorded', id::text,
         jsonb_build_object('clientId', $2::text, 'scope', $6::jsonb -> 'scope', 'request', $10::text, 'by', 'authenticator')
    FROM recorded WHERE id = $1::uuid)
SELECT id AS "grantId" FROM recorded
