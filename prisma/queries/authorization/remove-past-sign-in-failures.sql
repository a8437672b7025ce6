-- $1 how many at most
-- Counters whose window is over count for nothing.
DELETE FROM sign_in_failure
 WHERE (kind, key_hash) IN (
   SELECT kind, key_hash FROM sign_in_failure
    WHERE window_ends < now() - interval '1 minute' AND (blocked_until IS NULL OR blocked_until < now())
    ORDER BY window_ends LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING kind
