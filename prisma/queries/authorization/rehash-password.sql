-- $1 account id  $2 the stored hash this follows  $3 the same password with the present parameters (SEC-1)
UPDATE credential SET secret = $3
 WHERE account_id = $1 AND kind = 'password' AND secret = $2
RETURNING account_id AS id
