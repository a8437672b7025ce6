-- $1 SHA-256 of the auth_req_id  $2 client id  $3 key the client proved, or null  $4 redemption id
-- $5 seconds a poll that comes too soon adds  $6 seconds a poll may come early
-- One poll, everything judged at once (CIBA Core §11, CIB-9). An approved request whose grant lives is redeemed, or this very
-- redemption is asked again; a pending one is polled. A poll that comes too soon widens the interval and leaves alone what the next is
-- counted from; one that comes twice by the same message is one; one that the gateway held was counted when it began. Whoever gets no
-- row learns why from the next statement. It is audited with the first answer: whoever locks the row sees whether it was redeemed before.
WITH locked AS (SELECT r.id, r.redeemed_at IS NULL AS first FROM backchannel_authentication_request r WHERE r.auth_req_id_hash = $1 FOR UPDATE),
redeemed AS (
  UPDATE backchannel_authentication_request r
     SET state = 'redeemed', redeemed_at = coalesce(r.redeemed_at, now()), redemption_id = $4::uuid
    FROM live_grant g, locked
   WHERE r.auth_req_id_hash = $1 AND locked.id = r.id AND r.client_id = $2 AND g.id = r.grant_id AND g.client_id = r.client_id AND r.delivery_mode <> 'push'
     AND (r.confirmation IS NULL OR r.confirmation = $3::jsonb)
     AND ((r.state = 'approved' AND r.expires_at > clock_timestamp()) OR (r.state = 'redeemed' AND r.redemption_id = $4::uuid))
  RETURNING r.id AS request_id, locked.first,
            g.id, g.client_id, g.subject, g.authority, g.offline, g.confirmation, g.sid, g.auth_time, g.acr, g.amr),
polled AS (
  UPDATE backchannel_authentication_request r
     SET poll_id = $4::uuid, poll_held = false,
         poll_too_soon = NOT r.poll_held AND coalesce(now() < r.polled_at + make_interval(secs => r.interval_seconds - $6::float8), false),
         interval_seconds = r.interval_seconds
           + CASE WHEN NOT r.poll_held AND now() < r.polled_at + make_interval(secs => r.interval_seconds - $6::float8) THEN $5::integer ELSE 0 END,
         polled_at = CASE WHEN r.poll_held OR now() < r.polled_at + make_interval(secs => r.interval_seconds - $6::float8) THEN r.polled_at ELSE now() END
   WHERE r.auth_req_id_hash = $1 AND r.client_id = $2 AND r.delivery_mode <> 'push' AND r.state = 'pending' AND r.expires_at > clock_timestamp()
     AND r.poll_id IS DISTINCT FROM $4::uuid
  RETURNING poll_too_soon),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'backchannel-authentication.redeemed', request_id::text, jsonb_build_object('grant', id, 'redemption', $4::text)
    FROM redeemed WHERE first)
SELECT 'redeemed' AS outcome, id AS "grantId", client_id AS "clientId", subject, authority, offline, coalesce($3::jsonb, confirmation) AS confirmation, sid,
       floor(extract(epoch FROM auth_time))::float8 AS "authTime", acr, amr
  FROM redeemed
UNION ALL
SELECT CASE WHEN poll_too_soon THEN 'slow_down' ELSE 'pending' END, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM polled
