-- $1 kid of the active sealing key  $2 how many at most  $3 ids that could not be moved
-- Valid secrets that are sealed to another key.
SELECT id, client_id AS "clientId", sealed
  FROM client_secret
 WHERE sealed IS NOT NULL AND sealing_kid <> $1 AND (expires_at IS NULL OR expires_at > now()) AND id <> ALL ($3::uuid[])
 ORDER BY id
 LIMIT $2::integer
