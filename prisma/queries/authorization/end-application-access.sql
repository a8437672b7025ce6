-- $1 account id  $2 client id  $3 whether a consent was withdrawn
-- UIX-9: every grant of the client to this person. What is under way finds it when it is used (REF-5).
WITH revoked AS (
  UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'ended-by-user'
   WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL
  RETURNING id),
ended AS (SELECT count(*)::int AS grants FROM revoked),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $1, 'access.ended', $2, jsonb_build_object('grants', grants, 'consent', $3::boolean) FROM ended WHERE grants > 0 OR $3::boolean)
SELECT grants FROM ended
