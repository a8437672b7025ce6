-- $1 how many of each client  $2 how many in all
-- Client by client, each step a look into the index: a client that owes thousands costs as much as one that owes sixteen, and
-- hides nobody. What is leased is due again when its lease ends.
WITH RECURSIVE lane AS (
  (SELECT client_id FROM logout_delivery WHERE settled_at IS NULL ORDER BY client_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.client_id FROM logout_delivery d WHERE d.settled_at IS NULL AND d.client_id > lane.client_id ORDER BY d.client_id LIMIT 1)
    FROM lane WHERE lane.client_id IS NOT NULL)
SELECT due.id AS row, due.attempts + 1 AS attempt, lane.client_id AS lane
  FROM lane
 CROSS JOIN LATERAL (
   SELECT id, attempts, next_at, row_number() OVER (ORDER BY next_at) AS place
     FROM logout_delivery d
    WHERE d.client_id = lane.client_id AND d.settled_at IS NULL AND d.next_at <= now() AND d.expires_at > now()
    ORDER BY next_at LIMIT $1::integer) due
 ORDER BY due.place, due.next_at
 LIMIT $2::integer
