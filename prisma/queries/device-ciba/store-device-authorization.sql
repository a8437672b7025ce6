-- $1 id  $2 SHA-256 of the device code  $3 user code  $4 client id  $5 request  $6 confirmation, or null  $7 source address
-- $8 seconds between polls  $9 seconds it lives  $10 how many of a client may wait  $11 network of the source  $12 how many of a source may wait
-- $13 the team that asks for the client, or null
-- DEV-7: no more than so many of one client, and of one source, wait for a person. DEV-1: a user code that another row has is not
-- stored a second time.
WITH room AS (
  SELECT (SELECT count(*) < $10::integer
            FROM (SELECT FROM device_authorization
                   WHERE client_id = $4 AND state = 'pending' AND expires_at > now() LIMIT $10::integer) waiting)
     AND (SELECT count(*) < $12::integer
            FROM (SELECT FROM device_authorization
                   WHERE source_network = $11 AND state = 'pending' AND expires_at > now() LIMIT $12::integer) waiting) AS is_left),
stored AS (
  INSERT INTO device_authorization (id, device_code_hash, user_code, client_id, request, confirmation, source_address, source_network, interval_seconds, expires_at)
  SELECT $1::uuid, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $11, $8::integer, now() + make_interval(secs => $9::float8)
    FROM room WHERE is_left
  ON CONFLICT (user_code) DO NOTHING
  RETURNING id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'team', $13::text, 'device-authorization.begun', id::text, jsonb_build_object('clientId', $4::text) FROM stored WHERE $13::text IS NOT NULL)
SELECT CASE WHEN EXISTS (SELECT FROM stored) THEN 'stored' WHEN is_left THEN 'taken' ELSE 'full' END AS outcome FROM room
