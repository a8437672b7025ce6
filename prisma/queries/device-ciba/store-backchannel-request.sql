-- $1 id  $2 SHA-256 of the auth_req_id  $3 SHA-256 of the approval's handle  $4 kid  $5 client id  $6 account id  $7 authority
-- $8 acr values  $9 binding message, or null  $10 delivery mode  $11 sealed notification token, or null  $12 long polling
-- $13 number, or null  $14 choices, or null  $15 SHA-256 of the jti, or null  $16 source address  $17 seconds between polls
-- $18 seconds it lives  $19 how many may wait for the person  $20 kinds of what tells the person  $21 the address of each, or null
-- $22 how many browsers of theirs are told  $23 the team that asks for the client, or null
-- After the person's row was locked, so no two count the same room (CIB-4). A signed request that was stored before is not stored
-- again (CIB-11). What tells the person is written with it.
WITH room AS (
  SELECT count(*) < $19::integer AS is_left
    FROM (SELECT FROM backchannel_authentication_request
           WHERE account_id = $6 AND state = 'pending' AND expires_at > now() LIMIT $19::integer) waiting),
stored AS (
  INSERT INTO backchannel_authentication_request
         (id, auth_req_id_hash, approval_hash, kid, client_id, account_id, authority, acr_values, binding_message, delivery_mode,
          notification_token, long_polling, number, choices, jti_hash, source_address, interval_seconds, expires_at)
  SELECT $1::uuid, $2, $3, $4, $5, $6, $7::jsonb, $8::text[], $9, $10, $11, $12, $13::integer, $14::integer[], $15, $16, $17::integer,
         now() + make_interval(secs => $18::integer)
    FROM room WHERE is_left
  ON CONFLICT (client_id, jti_hash) DO NOTHING
  RETURNING id, client_id, account_id, expires_at),
told AS (
  INSERT INTO backchannel_delivery (kind, request_id, lane, recipient, expires_at)
  SELECT way.kind, id, account_id, way.recipient, expires_at FROM stored, unnest($20::text[], $21::text[]) AS way (kind, recipient)),
pushed AS (
  INSERT INTO web_push_delivery (request_id, lane, subscription_id, expires_at)
  SELECT stored.id, stored.account_id, browser.id, stored.expires_at
    FROM stored CROSS JOIN LATERAL (
      SELECT s.id FROM push_subscription s WHERE s.account_id = stored.account_id ORDER BY s.created_at DESC LIMIT $22::integer) browser),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT CASE WHEN $23::text IS NULL THEN 'client' ELSE 'team' END, coalesce($23::text, client_id), 'backchannel-authentication.begun', id::text,
         jsonb_build_object('accountId', account_id, 'mode', $10::text, 'clientId', client_id) FROM stored)
SELECT CASE WHEN NOT is_left THEN 'too_many' WHEN EXISTS (SELECT FROM stored) THEN 'stored' ELSE 'replayed' END AS outcome FROM room
