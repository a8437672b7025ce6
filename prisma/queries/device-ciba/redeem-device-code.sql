-- $1 SHA-256 of the device code  $2 client id  $3 key the client proved, or null  $4 redemption id
-- $5 seconds a poll that comes too soon adds  $6 seconds a poll may come early
-- One poll, everything judged at once (RFC 8628 §3.5, DEV-3, DEV-4). An approved request whose grant lives is redeemed, or this very
-- redemption is asked again; a pending one is polled. A poll that comes too soon widens the interval and leaves alone what the next
-- is counted from; one that comes twice by the same message is one. Whoever gets no row learns why from the next statement. It is
-- audited with the first answer: whoever locks the row sees whether it was redeemed before.
WITH locked AS (SELECT d.id, d.redeemed_at IS NULL AS first FROM device_authorization d WHERE d.device_code_hash = $1 FOR UPDATE),
redeemed AS (
  UPDATE device_authorization d
     SET state = 'redeemed', redeemed_at = coalesce(d.redeemed_at, now()), redemption_id = $4::uuid
    FROM live_grant g, locked
   WHERE d.device_code_hash = $1 AND locked.id = d.id AND d.client_id = $2 AND g.id = d.grant_id AND g.client_id = d.client_id
     AND (d.confirmation IS NULL OR d.confirmation = $3::jsonb)
     AND ((d.state = 'approved' AND d.expires_at > clock_timestamp()) OR (d.state = 'redeemed' AND d.redemption_id = $4::uuid))
  RETURNING d.id AS request_id, locked.first,
            g.id, g.client_id, g.subject, g.authority, g.offline, g.confirmation, g.sid, g.auth_time, g.acr, g.amr),
polled AS (
  UPDATE device_authorization d
     SET poll_id = $4::uuid,
         poll_too_soon = coalesce(now() < d.polled_at + make_interval(secs => d.interval_seconds - $6::float8), false),
         interval_seconds = d.interval_seconds
           + CASE WHEN now() < d.polled_at + make_interval(secs => d.interval_seconds - $6::float8) THEN $5::integer ELSE 0 END,
         polled_at = CASE WHEN now() < d.polled_at + make_interval(secs => d.interval_seconds - $6::float8) THEN d.polled_at ELSE now() END
   WHERE d.device_code_hash = $1 AND d.client_id = $2 AND d.state = 'pending' AND d.expires_at > clock_timestamp() AND d.poll_id IS DISTINCT FROM $4::uuid
  RETURNING poll_too_soon),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'device-authorization.redeemed', request_id::text, jsonb_build_object('grant', id, 'redemption', $4::text)
    FROM redeemed WHERE first)
SELECT 'redeemed' AS outcome, id AS "grantId", client_id AS "clientId", subject, authority, offline, coalesce($3::jsonb, confirmation) AS confirmation, sid,
       floor(extract(epoch FROM auth_time))::float8 AS "authTime", acr, amr
  FROM redeemed
UNION ALL
SELECT CASE WHEN poll_too_soon THEN 'too_soon' ELSE 'pending' END, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM polled
