-- $1 grant id  $2 client id  $3 account id  $4 subject  $5 offline  $6 authority  $7 confirmation, or null
-- $8 name of the team  $9 when the person authenticated, seconds since the epoch  $10 amr  $11 id of the request that is approved
-- What a person allowed to a team that authenticated them (decision 42), recorded once under that request's id. The team's right to
-- decide for this very client is looked at here, by the owner of grants, whatever anybody else has looked at before. No acr: how much
-- an authentication of somebody else is worth is not said.
WITH recorded AS (
  INSERT INTO authorization_grant AS g (id, client_id, account_id, subject, offline, authority, confirmation, auth_time, acr, amr, request_id)
  SELECT $1::uuid, c.id, a.id, $4, $5, $6::jsonb, $7::jsonb, to_timestamp($9::float8), NULL, $10::text[], $11
    FROM client c, account a, team t
   WHERE c.id = $2 AND c.enabled AND a.id = $3 AND a.enabled AND a.locked_at IS NULL
     AND t.name = $8 AND c.id = ANY (t.client_ids) AND 'decide' = ANY (t.rights)
  ON CONFLICT (request_id) DO UPDATE SET request_id = excluded.request_id
   WHERE g.client_id = excluded.client_id AND g.account_id = excluded.account_id AND g.revoked_at IS NULL
  RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'team', $8, 'grant.recorded', id::text,
         jsonb_build_object('clientId', $2::text, 'accountId', $3::text, 'scope', $6::jsonb -> 'scope', 'request', $11::text, 'amr', $10::text[])
    FROM recorded WHERE id = $1::uuid)
SELECT (SELECT id FROM recorded) AS "grantId"
