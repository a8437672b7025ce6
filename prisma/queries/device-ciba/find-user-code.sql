-- $1 user code, or null  $2 SHA-256 of the browser cookie, or null  $3 SHA-256 of the source  $4 SHA-256 of the account id, or null
-- $5 wrong codes of a browser or an account  $6 wrong codes of a source  $7 seconds of the window
-- DEV-2: every attempt takes the rows of who makes it, so that attempts made at once are judged one after another, and a right code
-- is worth nothing to whom wrong ones have used up. A wrong one is counted by the statement that finds it wrong.
WITH found AS (
  SELECT * FROM device_authorization WHERE user_code = $1 AND state = 'pending' AND expires_at > now()),
attempt AS (
  SELECT kind, key_hash, most, CASE WHEN EXISTS (SELECT FROM found) THEN 0 ELSE 1 END AS wrong
    FROM (VALUES ('account', $4::bytea, $5::integer), ('browser', $2::bytea, $5::integer), ('source', $3::bytea, $6::integer)) AS k (kind, key_hash, most)
   WHERE key_hash IS NOT NULL
   ORDER BY kind),
counted AS (
  INSERT INTO user_code_failure AS f (kind, key_hash, failures, window_ends)
  SELECT kind, key_hash, wrong, now() + make_interval(secs => $7::float8) FROM attempt
  ON CONFLICT (kind, key_hash) DO UPDATE
     SET failures = CASE WHEN f.window_ends <= now() THEN excluded.failures ELSE least(f.failures + excluded.failures, 1000000) END,
         window_ends = CASE WHEN f.window_ends <= now() THEN excluded.window_ends ELSE f.window_ends END
  RETURNING kind, failures, window_ends),
judged AS (
  -- What was counted before this attempt is what it is judged by.
  SELECT max(ceil(extract(epoch FROM c.window_ends - now()))) FILTER (WHERE c.failures - a.wrong >= a.most)::integer AS wait,
         bool_or(c.failures = a.most AND a.wrong = 1) AS used_up
    FROM counted c JOIN attempt a USING (kind)),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'anyone', 'user-code', 'user-code.blocked', 'device', jsonb_build_object('source', encode($3::bytea, 'hex')) FROM judged WHERE used_up)
SELECT CASE WHEN wait IS NULL THEN NULL ELSE greatest(wait, 1) END AS "waitSeconds",
       d.id, d.client_id AS "clientId", d.user_code AS "userCode", d.request, d.confirmation, d.source_address AS "sourceAddress", d.state,
       extract(epoch FROM d.created_at)::float8 AS "createdAt", extract(epoch FROM d.expires_at)::float8 AS "expiresAt",
       extract(epoch FROM now())::float8 AS now
  FROM judged LEFT JOIN found d ON judged.wait IS NULL
