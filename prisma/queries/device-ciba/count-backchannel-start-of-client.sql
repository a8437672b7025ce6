-- $1 client id  $2 how many in the window  $3 seconds of the window
-- CIB-4: counted before anything else is done for it, by itself, so that no request waits for another's transaction. Above the cap
-- nothing is counted any more: the window ends when it would have ended.
INSERT INTO backchannel_start AS s (kind, key, starts, window_ends)
VALUES ('client', $1, 1, now() + make_interval(secs => $3::integer))
ON CONFLICT (kind, key) DO UPDATE
   SET starts = CASE WHEN s.window_ends <= now() THEN 1 ELSE s.starts + 1 END,
       window_ends = CASE WHEN s.window_ends <= now() THEN excluded.window_ends ELSE s.window_ends END
 WHERE s.window_ends <= now() OR s.starts < $2::integer
RETURNING starts
