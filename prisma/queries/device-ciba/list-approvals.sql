-- $1 account id  $2 how many at most
-- What waits for a person, the newest first, by the database's clock.
SELECT id, kid, client_id AS "clientId", authority, binding_message AS "bindingMessage", choices,
       floor(extract(epoch FROM created_at))::float8 AS "requestedAt",
       floor(extract(epoch FROM expires_at - now()))::float8 AS "secondsLeft"
  FROM backchannel_authentication_request
 WHERE account_id = $1 AND state = 'pending' AND expires_at > now()
 ORDER BY created_at DESC, id
 LIMIT $2::integer
