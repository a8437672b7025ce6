-- $1 how many at most
-- A day after its end a link to it need not be explained any more. Their steps go with them.
DELETE FROM interaction
 WHERE id IN (SELECT id FROM interaction WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
