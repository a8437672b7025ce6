-- $1 account id  $2 SHA-256 of the endpoint  $3 endpoint  $4 public key of the browser  $5 its secret  $6 user agent  $7 how many at most
-- A browser that is enrolled again has new keys, or another person; the row stays one.
WITH enrolled AS (
  INSERT INTO push_subscription (account_id, endpoint_hash, endpoint, p256dh, auth_secret, user_agent)
  SELECT $1::text, $2::bytea, $3::text, $4::bytea, $5::bytea, $6::text
   WHERE (SELECT count(*) FROM push_subscription WHERE account_id = $1::text AND endpoint_hash <> $2::bytea) < $7::integer
  ON CONFLICT (endpoint_hash) DO UPDATE
     SET account_id = excluded.account_id, p256dh = excluded.p256dh, auth_secret = excluded.auth_secret, user_agent = excluded.user_agent, created_at = now()
  RETURNING id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $1::text, 'push-subscription.enrolled', id::text, '{}' FROM enrolled)
SELECT id FROM enrolled
