-- $1 how many at most
-- A day after its absolute end. Its grants stay, and stay dead unless they are offline: they keep its sid (live_grant).
DELETE FROM session
 WHERE id IN (SELECT id FROM session WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
