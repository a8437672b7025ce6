-- $1 session id  $2 account id it must belong to  $3 reason
-- LOG-3: the session ends, and with it its open interactions; its grants that are not offline are dead by that (decision 3).
-- Ending a session twice is the same as once.
WITH ended AS (
  UPDATE session SET ended_at = now(), end_reason = $3
   WHERE id = $1::uuid AND account_id = $2 AND ended_at IS NULL
  RETURNING id, account_id),
aborted AS (
  UPDATE interaction i SET ended_at = now(), outcome = 'aborted' FROM ended WHERE i.session_id = ended.id AND i.ended_at IS NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', account_id, 'session.ended', id::text, jsonb_build_object('reason', $3::text) FROM ended)
SELECT id FROM ended
