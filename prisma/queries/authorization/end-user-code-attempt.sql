-- $1 account id
-- The code was right: the counter begins anew.
DELETE FROM sign_in_failure WHERE kind = 'account' AND key_hash = sha256(convert_to('user-code:' || $1::text, 'UTF8')) RETURNING attempts
