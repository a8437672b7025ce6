-- $1 client id  $2 enabled, disabled or deleted  $3 actor kind  $4 actor name
-- Of a client that registered itself; twice is the same as once. One row where there is such a client, whoever manages it.
WITH found AS (
  SELECT id, managed_by FROM client WHERE id = $1),
switched AS (
  UPDATE client SET enabled = ($2 = 'enabled'), updated_at = now()
   WHERE id = $1 AND managed_by = 'registration' AND $2 <> 'deleted' AND enabled <> ($2 = 'enabled')
  RETURNING id),
gone AS (
  DELETE FROM client WHERE id = $1 AND managed_by = 'registration' AND $2 = 'deleted' RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT $3, $4, 'client.' || $2, id, '{}' FROM (SELECT id FROM switched UNION ALL SELECT id FROM gone) one)
SELECT managed_by AS "managedBy", EXISTS (SELECT FROM switched) OR EXISTS (SELECT FROM gone) AS changed FROM found
