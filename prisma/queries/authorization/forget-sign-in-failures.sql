-- $1 account id
DELETE FROM sign_in_failure
 WHERE kind = 'account' AND key_hash = sha256(convert_to('account:' || $1, 'UTF8'))
RETURNING attempts
