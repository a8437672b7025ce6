-- $1 account id  $2 client id
-- Waits for the authorizations under way that rest on it, and before the grants are looked for: so none of theirs is missed.
UPDATE consent SET revoked_at = now() WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL RETURNING client_id
