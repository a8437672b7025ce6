-- $1 how many at most
-- For a day a code that comes again is a replay and ends its grant (COD-2); after it, it is unknown. Of a code that nobody came
-- with nothing was issued: its grant goes with it.
WITH gone AS (
  DELETE FROM authorization_code
   WHERE code_hash IN (SELECT code_hash FROM authorization_code WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
  RETURNING grant_id, redeemed_at),
unused AS (
  DELETE FROM authorization_grant WHERE id = ANY (ARRAY(SELECT grant_id FROM gone WHERE redeemed_at IS NULL)))
SELECT grant_id FROM gone
