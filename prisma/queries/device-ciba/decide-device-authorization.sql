-- $1 id  $2 account id  $3 grant id, or null to deny
-- $4 the team that decides for the person, or null where they do themselves
-- DEV-6: one decision, while it can still be made. The clock is the one at this very moment: a statement that waited for a row must
-- not approve what expired meanwhile (I4).
WITH decided AS (
  UPDATE device_authorization
     SET state = CASE WHEN $3::uuid IS NULL THEN 'denied' ELSE 'approved' END, account_id = $2, grant_id = $3::uuid, decided_at = now()
   WHERE id = $1::uuid AND state = 'pending' AND expires_at > clock_timestamp()
  RETURNING id, client_id, state),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT CASE WHEN $4::text IS NULL THEN 'user' ELSE 'team' END, coalesce($4::text, $2), 'device-authorization.' || state, id::text,
         jsonb_build_object('clientId', client_id, 'grant', $3::text, 'accountId', $2::text) FROM decided)
SELECT id FROM decided
