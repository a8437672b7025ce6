-- $1 account id  $2 the session that stays, or null  $3 reason  $4 actor kind  $5 actor name
-- All of them are locked, in one order: a code that is just minted in the session that stays is seen afterwards as well. All
-- sessions come before the first interaction, as in every statement that locks both.
WITH locked AS (
  SELECT id FROM session WHERE account_id = $1 AND ended_at IS NULL ORDER BY id FOR UPDATE),
ended AS (
  UPDATE session SET ended_at = now(), end_reason = $3
    FROM locked
   WHERE session.id = locked.id AND session.id IS DISTINCT FROM $2::uuid
  RETURNING session.id),
aborted AS (
  UPDATE interaction SET ended_at = now(), outcome = 'aborted'
   WHERE session_id = ANY (ARRAY(SELECT id FROM ended)) AND ended_at IS NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT $4, $5, 'session.ended', id::text, jsonb_build_object('reason', $3::text) FROM ended)
SELECT id FROM ended
