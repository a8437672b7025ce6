-- $1 the number already seen  $2 how many changes at most
-- One row for each change since, or one without a change. One snapshot: who is told a number has been told all up to it.
-- The server's start tells a reader that it speaks to another server, whose numbers need not go on where the last one's ended.
-- Its time lets a reader notice that its own clock is wrong.
SELECT counter.number::float8           AS "number",
       pg_postmaster_start_time()::text AS server,
       extract(epoch FROM now())::float8 AS now,
       change.kind,
       change.id
  FROM client_change_counter counter
  LEFT JOIN LATERAL (SELECT kind, id FROM client_change WHERE number > $1::bigint ORDER BY number LIMIT $2::integer) change ON true
