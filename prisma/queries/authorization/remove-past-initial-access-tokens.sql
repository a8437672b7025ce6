-- $1 how many at most
-- Over for 30 days; until then a listing tells what became of it.
DELETE FROM initial_access_token
 WHERE id IN (SELECT id FROM initial_access_token WHERE expires_at < now() - interval '30 days' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
