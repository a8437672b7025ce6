-- $1 account id  $2 how many at most
SELECT client_id AS "clientId" FROM silenced_client WHERE account_id = $1 ORDER BY client_id LIMIT $2::integer
