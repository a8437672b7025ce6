-- $1 account id  $2 client id  $3 how many in the window  $4 seconds of the window
-- CIB-4: the row of the person is locked until the request is stored, so requests for one person are judged one after the other.
-- Of a silenced client nothing is counted: it must not use up what others may ask.
WITH counted AS (
  INSERT INTO backchannel_start AS s (kind, key, starts, window_ends)
  SELECT 'person', $1, 1, now() + make_interval(secs => $4::integer)
   WHERE NOT EXISTS (SELECT FROM silenced_client WHERE account_id = $1 AND client_id = $2)
  ON CONFLICT (kind, key) DO UPDATE
     SET starts = CASE WHEN s.window_ends <= now() THEN 1 ELSE s.starts + 1 END,
         window_ends = CASE WHEN s.window_ends <= now() THEN excluded.window_ends ELSE s.window_ends END
   WHERE s.window_ends <= now() OR s.starts < $3::integer
  RETURNING starts)
SELECT CASE WHEN EXISTS (SELECT FROM counted) THEN 'counted'
            WHEN EXISTS (SELECT FROM silenced_client WHERE account_id = $1 AND client_id = $2) THEN 'silenced'
            ELSE 'too_many' END AS outcome
