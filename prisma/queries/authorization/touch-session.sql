-- $1 session id  $2 seconds it lives unused  $3 seconds between two records of use
UPDATE session
   SET used_at = now(), idle_expires_at = least(expires_at, now() + make_interval(secs => $2::float8))
 WHERE id = $1::uuid AND ended_at IS NULL AND idle_expires_at > now() AND used_at < now() - make_interval(secs => $3::float8)
