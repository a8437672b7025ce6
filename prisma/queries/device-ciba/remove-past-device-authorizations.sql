-- $1 how many at most
-- For a day a code that comes again is known, and said to be expired or used.
DELETE FROM device_authorization
 WHERE id IN (SELECT id FROM device_authorization WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
