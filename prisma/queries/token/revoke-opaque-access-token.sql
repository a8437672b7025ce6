-- $1 token_hash  $2 client_id of who asks
-- No row: there is no such token. Another client's token is told apart and left alone. Once revoked it stays as it was.
WITH revoked AS (
  UPDATE opaque_access_token SET revoked_at = now()
   WHERE token_hash = $1 AND client_id = $2::text AND revoked_at IS NULL
  RETURNING jti
), audited AS (
  INSERT INTO token_audit_event (actor_kind, actor_name, action, subject)
  SELECT 'client', $2::text, 'opaque-access-token.revoked', jti FROM revoked
)
SELECT CASE WHEN client_id = $2::text THEN 'revoked' ELSE 'foreign' END AS outcome
  FROM opaque_access_token
 WHERE token_hash = $1
