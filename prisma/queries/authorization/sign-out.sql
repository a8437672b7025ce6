-- $1 interaction id  $2 session id, or null when nobody is signed in  $3 account id it must belong to  $4 reason
-- A person's answer to whether to sign out: it counts once (I1), and ends the session, and with it its open interactions (LOG-3),
-- or none of it happened (I3). The session is locked before the interaction. No row: the question was answered before.
WITH present AS (
  SELECT id FROM session WHERE id = $2::uuid AND account_id = $3 FOR UPDATE),
answered AS (
  UPDATE interaction SET ended_at = now(), outcome = 'granted'
   WHERE id = $1::uuid AND ended_at IS NULL AND expires_at > now() AND (SELECT count(*) FROM present) >= 0
  RETURNING id, client_id),
ended AS (
  UPDATE session SET ended_at = now(), end_reason = $4
   WHERE id = $2::uuid AND account_id = $3 AND ended_at IS NULL AND EXISTS (SELECT FROM answered)
  RETURNING id, account_id),
aborted AS (
  UPDATE interaction SET ended_at = now(), outcome = 'aborted'
   WHERE session_id = ANY (ARRAY(SELECT id FROM ended)) AND id <> $1::uuid AND ended_at IS NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT CASE WHEN $3::text IS NULL THEN 'client' ELSE 'user' END, coalesce($3, client_id, 'unknown'), 'interaction.granted', id::text,
         jsonb_build_object('clientId', client_id)
    FROM answered
  UNION ALL
  SELECT 'user', account_id, 'session.ended', id::text, jsonb_build_object('reason', $4::text) FROM ended)
SELECT id FROM answered
