-- $1 SHA-256 of the source  $2 account key  $3 account id  $4 when the password was set that was right
-- The attempt was right: the source gets it back, the account begins anew, in the order in which attempts lock the rows. Whether
-- it still counts: hashing takes long enough for the password to be changed, or the account to be disabled, meanwhile.
WITH source AS (
  UPDATE sign_in_failure SET attempts = greatest(attempts - 1, 0), blocked_until = NULL
   WHERE kind = 'source' AND key_hash = $1::bytea
  RETURNING attempts),
account_counter AS (
  DELETE FROM sign_in_failure WHERE kind = 'account' AND key_hash = $2::bytea AND (SELECT count(*) FROM source) >= 0)
SELECT EXISTS (SELECT FROM account a JOIN credential c ON c.account_id = a.id AND c.kind = 'password'
                WHERE a.id = $3 AND a.enabled AND a.locked_at IS NULL AND c.changed_at = $4::timestamptz) AS stands
