-- $1 account id  $2 how many at most
SELECT id, user_agent AS "userAgent", source_address AS "sourceAddress",
       floor(extract(epoch FROM created_at))::float8 AS "startedAt", floor(extract(epoch FROM used_at))::float8 AS "usedAt"
  FROM session
 WHERE account_id = $1 AND ended_at IS NULL AND idle_expires_at > now() AND expires_at > now()
 ORDER BY used_at DESC
 LIMIT $2::integer
