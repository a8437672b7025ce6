-- $1 jti  $2 client_id of who asks, to whom the token was issued  $3 exp
-- The first time makes the row and its audit event; again changes nothing.
WITH revoked AS (
  INSERT INTO revoked_jti (jti, expires_at) VALUES ($1::text, to_timestamp($3::float8)) ON CONFLICT (jti) DO NOTHING
  RETURNING jti
)
INSERT INTO token_audit_event (actor_kind, actor_name, action, subject)
SELECT 'client', $2::text, 'jwt-access-token.revoked', jti FROM revoked
RETURNING subject AS jti
