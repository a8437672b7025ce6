-- $1 how many at most
DELETE FROM user_code_failure
 WHERE (kind, key_hash) IN (SELECT kind, key_hash FROM user_code_failure WHERE window_ends < now() ORDER BY window_ends LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING kind
