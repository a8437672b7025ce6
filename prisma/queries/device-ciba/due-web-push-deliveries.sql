-- $1 how many of each lane  $2 how many in all
-- Lane by lane, each step a look into the index: a lane that owes thousands costs as much as one that owes sixteen, and hides nobody.
WITH RECURSIVE lane AS (
  (SELECT lane FROM web_push_delivery WHERE settled_at IS NULL ORDER BY lane LIMIT 1)
  UNION ALL
  SELECT (SELECT d.lane FROM web_push_delivery d WHERE d.settled_at IS NULL AND d.lane > lane.lane ORDER BY d.lane LIMIT 1)
    FROM lane WHERE lane.lane IS NOT NULL)
SELECT due.id AS row, due.attempts + 1 AS attempt, lane.lane
  FROM lane
 CROSS JOIN LATERAL (
   SELECT id, attempts, next_at, row_number() OVER (ORDER BY next_at) AS place
     FROM web_push_delivery d
    WHERE d.lane = lane.lane AND d.settled_at IS NULL AND d.next_at <= now() AND d.expires_at > now()
    ORDER BY next_at LIMIT $1::integer) due
 ORDER BY due.place, due.next_at
 LIMIT $2::integer
