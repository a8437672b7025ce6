-- $1 id
SELECT id, client_id AS "clientId", user_code AS "userCode", request, confirmation, source_address AS "sourceAddress",
       account_id AS "accountId", grant_id AS "grantId",
       CASE WHEN state IN ('pending', 'approved') AND expires_at <= now() THEN 'expired' ELSE state END AS state,
       extract(epoch FROM created_at)::float8 AS "createdAt", extract(epoch FROM expires_at)::float8 AS "expiresAt",
       extract(epoch FROM now())::float8 AS now
  FROM device_authorization WHERE id = $1::uuid
