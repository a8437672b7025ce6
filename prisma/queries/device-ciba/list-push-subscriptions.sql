-- $1 account id  $2 how many at most
SELECT id, endpoint_hash AS "endpointHash", user_agent AS "userAgent", floor(extract(epoch FROM created_at))::float8 AS since
  FROM push_subscription WHERE account_id = $1 ORDER BY created_at DESC, id LIMIT $2::integer
