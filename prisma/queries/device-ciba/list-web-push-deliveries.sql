-- $1 lane, or null  $2 state, or null  $3 the last row of the page before, or null  $4 how many at most
SELECT id AS row, lane, state, attempts, answer, created_at AS "createdAt", next_at AS "nextAt", settled_at AS "settledAt"
  FROM (SELECT d.id, d.lane, d.attempts, d.answer, d.created_at, d.settled_at,
               CASE WHEN d.settled_at IS NULL THEN d.next_at END AS next_at,
               CASE WHEN d.outcome IS NOT NULL THEN d.outcome WHEN d.leased_until > now() THEN 'sending' ELSE 'due' END AS state
          FROM web_push_delivery d) known
 WHERE ($1::text IS NULL OR lane = $1)
   AND ($2::text IS NULL OR state = $2)
   AND ($3::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM web_push_delivery WHERE id = $3::uuid))
 ORDER BY created_at DESC, id DESC
 LIMIT $4::integer
