-- $1 account id
WITH removed AS (
  DELETE FROM credential WHERE account_id = $1 AND kind = 'user-code' RETURNING account_id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject)
  SELECT 'user', account_id, 'user-code.removed', account_id FROM removed)
SELECT account_id AS "accountId" FROM removed
