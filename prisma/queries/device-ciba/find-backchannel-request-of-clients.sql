-- $1 id  $2 client ids
-- A team's request is one of its clients; any other is as one that is not there (decision 42).
SELECT id, client_id AS "clientId", account_id AS "accountId", authority, confirmation, number, binding_message AS "bindingMessage",
       delivery_mode AS "deliveryMode",
       CASE WHEN state IN ('pending', 'approved') AND expires_at <= now() THEN 'expired' ELSE state END AS state,
       extract(epoch FROM created_at)::float8 AS "createdAt", extract(epoch FROM expires_at)::float8 AS "expiresAt",
       extract(epoch FROM decided_at)::float8 AS "decidedAt"
  FROM backchannel_authentication_request WHERE id = $1::uuid AND client_id = ANY ($2::text[])
