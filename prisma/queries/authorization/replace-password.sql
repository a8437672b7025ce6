-- $1 account id  $2 the stored hash this follows  $3 the new hash
-- Only who saw the last one replaces it: of two changes at the same time one wins, and a rehash never undoes a change.
UPDATE credential SET secret = $3, changed_at = now()
 WHERE account_id = $1 AND kind = 'password' AND secret = $2
RETURNING account_id AS id
