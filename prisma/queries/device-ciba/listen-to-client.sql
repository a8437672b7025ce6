-- $1 account id  $2 client id
WITH listened AS (
  DELETE FROM silenced_client WHERE account_id = $1 AND client_id = $2 RETURNING client_id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $1, 'client.listened', client_id, '{}' FROM listened)
SELECT client_id AS "clientId" FROM listened
