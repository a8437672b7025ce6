-- $1 delivery id  $2 attempt  $3 claim id  $4 seconds of the lease
-- One claim of each attempt, and only while it is due; the same claim is given the same row again while its lease lasts. The columns are
-- those of every delivery about a request; a browser is told nothing that would need more.
WITH claimed AS (
  UPDATE web_push_delivery d
     SET attempts = $2, claim_id = $3::uuid, leased_until = now() + make_interval(secs => $4::float8), next_at = now() + make_interval(secs => $4::float8)
   WHERE d.id = $1::uuid AND d.settled_at IS NULL AND d.expires_at > now()
     AND ((d.attempts = $2::integer - 1 AND d.next_at <= now())
          OR (d.attempts = $2::integer AND d.claim_id = $3::uuid AND d.leased_until > now()))
  RETURNING d.id, d.request_id, d.subscription_id)
SELECT c.id, 'web-push' AS kind, c.subscription_id::text AS recipient, NULL::bytea AS body, r.id AS "requestId", r.kid, r.client_id AS "clientId",
       r.account_id AS "accountId", NULL::text AS "bindingMessage", NULL::integer[] AS choices, r.authority -> 'scope' AS scope,
       NULL::bytea AS "notificationToken",
       CASE WHEN r.state IN ('pending', 'approved') AND r.expires_at <= now() THEN 'expired' ELSE r.state END AS state,
       ceil(extract(epoch FROM r.expires_at - now()))::float8 AS "secondsLeft", NULL::jsonb AS "userGrant"
  FROM claimed c JOIN backchannel_authentication_request r ON r.id = c.request_id
