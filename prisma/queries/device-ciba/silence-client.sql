-- $1 account id  $2 client id
-- CIB-4. Twice is the same as once.
WITH silenced AS (
  INSERT INTO silenced_client (account_id, client_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING client_id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $1, 'client.silenced', client_id, '{}' FROM silenced)
SELECT client_id AS "clientId" FROM silenced
