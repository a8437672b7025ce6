-- $1 how many at most
-- A sealed value past its end is refused by its end; the margin is for clocks of processes, which may be away from this one
-- (WALL_CLOCK_SKEW_SECONDS_MAX).
DELETE FROM opened_secret
 WHERE (request_id, purpose) IN (
   SELECT request_id, purpose FROM opened_secret WHERE expires_at < now() - interval '5 minutes' ORDER BY expires_at LIMIT $1::integer)
RETURNING purpose
