-- $1 kind  $2 lane, or null  $3 state, or null  $4 the last row of the page before, or null  $5 how many at most
SELECT id AS row, lane, state, attempts, answer, created_at AS "createdAt", next_at AS "nextAt", settled_at AS "settledAt"
  FROM (SELECT d.id, d.lane, d.attempts, d.answer, d.created_at, d.settled_at,
               CASE WHEN d.settled_at IS NULL THEN d.next_at END AS next_at,
               CASE WHEN d.outcome IS NOT NULL THEN d.outcome WHEN d.leased_until > now() THEN 'sending' ELSE 'due' END AS state
          FROM backchannel_delivery d WHERE d.kind = $1) known
 WHERE ($2::text IS NULL OR lane = $2)
   AND ($3::text IS NULL OR state = $3)
   AND ($4::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM backchannel_delivery WHERE id = $4::uuid))
 ORDER BY created_at DESC, id DESC
 LIMIT $5::integer
