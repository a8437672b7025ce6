-- $1 token_hash of any of its generations  $2 client_id of who asks
-- No row: there is no such refresh token. Another client's is told apart and left alone. Once revoked it stays as it was. Every
-- access token of the grant dies with the family, because each is read together with it (TOK-4).
WITH family AS (
  SELECT f.id, f.client_id
    FROM refresh_generation g
    JOIN refresh_family f ON f.id = g.family_id
   WHERE g.token_hash = $1
), revoked AS (
  UPDATE refresh_family f
     SET revoked_at = now(), revoke_reason = 'revoked'
    FROM family
   WHERE f.id = family.id AND family.client_id = $2::text AND f.revoked_at IS NULL
  RETURNING f.id
), audited AS (
  INSERT INTO token_audit_event (actor_kind, actor_name, action, subject)
  SELECT 'client', $2::text, 'refresh-family.revoked', id::text FROM revoked
)
SELECT CASE WHEN client_id = $2::text THEN 'revoked' ELSE 'foreign' END AS outcome FROM family
