-- $1 SHA-256 of the token
-- Whether it would open a registration now; register-client decides, this keeps strangers from having anything fetched (REG-1).
SELECT id FROM initial_access_token WHERE token_digest = $1 AND revoked_at IS NULL AND expires_at > now() AND uses < uses_max
