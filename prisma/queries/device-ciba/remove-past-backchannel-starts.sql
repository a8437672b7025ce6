-- $1 how many at most
DELETE FROM backchannel_start
 WHERE (kind, key) IN (SELECT kind, key FROM backchannel_start WHERE window_ends < now() ORDER BY window_ends LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING key
