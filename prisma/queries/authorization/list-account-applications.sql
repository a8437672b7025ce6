-- $1 account id  $2 how many at most
-- Clients with a live grant of this person, and clients they need not agree to again.
WITH access AS (
  SELECT g.client_id, bool_or(g.offline) AS offline, min(o.created_at) AS since, jsonb_agg(DISTINCT g.authority -> 'scope') AS scopes
    FROM authorization_grant o JOIN live_grant g ON g.id = o.id
   WHERE o.account_id = $1
   GROUP BY g.client_id),
agreed AS (
  SELECT client_id, authority, given_at FROM consent WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > now())
SELECT coalesce(access.client_id, agreed.client_id) AS "clientId",
       access.client_id IS NOT NULL AS access,
       coalesce(access.offline, false) AS offline,
       coalesce(access.scopes, '[]') || CASE WHEN agreed.client_id IS NULL THEN '[]' ELSE jsonb_build_array(agreed.authority -> 'scope') END AS scopes,
       floor(extract(epoch FROM coalesce(access.since, agreed.given_at)))::float8 AS since,
       floor(extract(epoch FROM agreed.given_at))::float8 AS "consentedAt"
  FROM access FULL JOIN agreed ON agreed.client_id = access.client_id
 ORDER BY 1
 LIMIT $2::integer
