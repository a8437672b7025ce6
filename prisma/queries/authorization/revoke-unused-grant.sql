-- $1 grant id  $2 account id
-- A grant whose approval was not stored, because another decision was first: nobody can redeem it, and nobody is shown it.
WITH revoked AS (
  UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'not-decided'
   WHERE id = $1::uuid AND account_id = $2 AND revoked_at IS NULL
  RETURNING id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $2, 'grant.revoked', id::text, '{"reason": "not-decided"}' FROM revoked)
SELECT id FROM revoked
