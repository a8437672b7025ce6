-- $1 account id  $2 whether offline grants end as well  $3 reason  $4 actor kind  $5 actor name
-- After the sessions: what was granted in one that ended is dead by that already (decision 3), and is revoked for good (I5). A
-- grant that never had a session rests on the password alone, so it ends with it.
WITH revoked AS (
  UPDATE authorization_grant g SET revoked_at = now(), revoke_reason = $3
   WHERE g.account_id = $1 AND g.revoked_at IS NULL
     AND CASE WHEN g.offline THEN $2::boolean
              ELSE NOT EXISTS (SELECT FROM session s WHERE s.id = g.session_id AND s.ended_at IS NULL) END
  RETURNING g.id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT $4, $5, 'grant.revoked', id::text, jsonb_build_object('reason', $3::text) FROM revoked)
SELECT id FROM revoked
