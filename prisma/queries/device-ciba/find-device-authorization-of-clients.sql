-- $1 id  $2 client ids
-- A team's request is one of its clients; any other is as one that is not there (decision 42).
SELECT id, client_id AS "clientId", user_code AS "userCode", request, confirmation, source_address AS "sourceAddress",
       CASE WHEN state IN ('pending', 'approved') AND expires_at <= now() THEN 'expired' ELSE state END AS state,
       extract(epoch FROM created_at)::float8 AS "createdAt", extract(epoch FROM expires_at)::float8 AS "expiresAt",
       extract(epoch FROM decided_at)::float8 AS "decidedAt"
  FROM device_authorization WHERE id = $1::uuid AND client_id = ANY ($2::text[])
