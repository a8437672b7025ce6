-- $1 request id  $2 end of the sealed value, seconds since the epoch  $3 account id  $4 attempts in the window  $5 seconds of the window
-- Decision 8: the sealed value is spent. The attempt is counted before the code is looked at, for the account and not for its
-- password: a client that guesses at user codes keeps nobody from signing in.
WITH spent AS (
  INSERT INTO opened_secret (request_id, purpose, expires_at)
  VALUES ($1, 'user-code', to_timestamp($2::double precision))
  ON CONFLICT DO NOTHING
  RETURNING request_id),
counted AS (
  INSERT INTO sign_in_failure AS f (kind, key_hash, attempts, window_ends)
  SELECT 'account', sha256(convert_to('user-code:' || $3::text, 'UTF8')), 1, now() + make_interval(secs => $5::integer) FROM spent
  ON CONFLICT (kind, key_hash) DO UPDATE
     SET attempts = CASE WHEN f.window_ends <= now() THEN 1 ELSE f.attempts + 1 END,
         window_ends = CASE WHEN f.window_ends <= now() THEN excluded.window_ends ELSE f.window_ends END
   WHERE f.window_ends <= now() OR f.attempts < $4::integer
  RETURNING attempts)
SELECT CASE WHEN NOT EXISTS (SELECT FROM spent) THEN 'replayed' WHEN EXISTS (SELECT FROM counted) THEN 'counted' ELSE 'too_many' END AS outcome
