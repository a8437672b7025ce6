-- $1 how many at most
-- A week after they were over: until then the operator may ask what became of them.
DELETE FROM logout_delivery
 WHERE id IN (SELECT id FROM logout_delivery WHERE settled_at < now() - interval '7 days' ORDER BY settled_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
