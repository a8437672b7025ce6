-- $1 how many at most  $2 seconds after which a client that nobody signed in with goes
-- A disabled one stays: it was taken out of use by somebody who may want to see it.
WITH gone AS (
  DELETE FROM client
   WHERE enabled AND managed_by = 'registration' AND id IN (
     SELECT r.client_id FROM client_registration r
      WHERE r.used_at IS NULL AND r.issued_at < now() - make_interval(secs => $2::float8)
        AND NOT EXISTS (SELECT FROM authorization_grant g WHERE g.client_id = r.client_id)
      ORDER BY r.issued_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
  RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'schedule', 'unused-registrations', 'client.deleted', id, '{}' FROM gone)
SELECT id FROM gone
