-- $1 account id  $2 session id that stays  $3 reason
WITH ended AS (
  UPDATE session SET ended_at = now(), end_reason = $3
   WHERE account_id = $1 AND id <> $2::uuid AND ended_at IS NULL AND expires_at > now()
  RETURNING id, account_id),
aborted AS (
  UPDATE interaction i SET ended_at = now(), outcome = 'aborted' FROM ended WHERE i.session_id = ended.id AND i.ended_at IS NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', account_id, 'session.ended', id::text, jsonb_build_object('reason', $3::text) FROM ended)
SELECT id FROM ended
