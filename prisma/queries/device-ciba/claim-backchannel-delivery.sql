-- $1 kind  $2 delivery id  $3 attempt  $4 claim id  $5 seconds of the lease
-- One claim of each attempt, and only while it is due; the attempt is counted with the claim, and the same claim is given the same row
-- again while its lease lasts. The tokens of a push are on their way from here on, so the claim redeems the request (CIB-7, I1):
-- nothing else gets tokens for it, and a later attempt says the same ones.
WITH claimed AS (
  UPDATE backchannel_delivery d
     SET attempts = $3, claim_id = $4::uuid, leased_until = now() + make_interval(secs => $5::float8), next_at = now() + make_interval(secs => $5::float8)
   WHERE d.id = $2::uuid AND d.kind = $1 AND d.settled_at IS NULL AND d.expires_at > now()
     AND ((d.attempts = $3::integer - 1 AND d.next_at <= now())
          OR (d.attempts = $3::integer AND d.claim_id = $4::uuid AND d.leased_until > now()))
  RETURNING d.id, d.kind, d.request_id, d.recipient, d.body),
redeemed AS (
  UPDATE backchannel_authentication_request r
     SET state = 'redeemed', redeemed_at = now(), redemption_id = $4::uuid
    FROM claimed, live_grant g
   WHERE r.id = claimed.request_id AND claimed.kind = 'push' AND r.state = 'approved' AND r.expires_at > clock_timestamp()
     AND g.id = r.grant_id AND g.client_id = r.client_id
  RETURNING r.id, r.client_id, r.grant_id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'service', 'worker', 'backchannel-authentication.redeemed', id::text, jsonb_build_object('grant', grant_id, 'clientId', client_id, 'by', 'push') FROM redeemed)
SELECT c.id, c.kind, c.recipient, c.body, r.id AS "requestId", r.kid, r.client_id AS "clientId", r.account_id AS "accountId",
       r.binding_message AS "bindingMessage", r.choices, r.authority -> 'scope' AS scope, r.notification_token AS "notificationToken",
       CASE WHEN EXISTS (SELECT FROM redeemed) THEN 'redeemed'
            WHEN r.state IN ('pending', 'approved') AND r.expires_at <= now() THEN 'expired' ELSE r.state END AS state,
       ceil(extract(epoch FROM r.expires_at - now()))::float8 AS "secondsLeft",
       (SELECT jsonb_build_object('grantId', g.id, 'clientId', g.client_id, 'subject', g.subject, 'authority', g.authority, 'offline', g.offline,
                                  'confirmation', g.confirmation, 'sid', g.sid, 'authTime', floor(extract(epoch FROM g.auth_time)), 'acr', g.acr, 'amr', g.amr)
          FROM live_grant g WHERE g.id = r.grant_id AND c.kind = 'push') AS "userGrant"
  FROM claimed c JOIN backchannel_authentication_request r ON r.id = c.request_id
