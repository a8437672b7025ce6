-- $1 how many at most
-- For a day a code that comes again is a replay and ends its grant (COD-2); after it, it is unknown.
DELETE FROM authorization_code
 WHERE code_hash IN (SELECT code_hash FROM authorization_code WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING grant_id
