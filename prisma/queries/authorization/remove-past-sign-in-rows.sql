-- $1 how many of each at most
-- Counters whose window is over count for nothing. A sealed value past its end is refused by its end; the margin is for clocks
-- of processes, which may be away from this one (WALL_CLOCK_SKEW_SECONDS_MAX).
WITH failures AS (
  DELETE FROM sign_in_failure WHERE (kind, key_hash) IN (
    SELECT kind, key_hash FROM sign_in_failure
     WHERE window_ends < now() - interval '1 minute' AND (blocked_until IS NULL OR blocked_until < now())
     ORDER BY window_ends LIMIT $1::integer FOR UPDATE SKIP LOCKED)
  RETURNING 1),
opened AS (
  DELETE FROM opened_secret WHERE (request_id, purpose) IN (
    SELECT request_id, purpose FROM opened_secret
     WHERE expires_at < now() - interval '5 minutes'
     ORDER BY expires_at LIMIT $1::integer)
  RETURNING 1)
SELECT (SELECT count(*)::integer FROM failures) AS failures, (SELECT count(*)::integer FROM opened) AS opened
