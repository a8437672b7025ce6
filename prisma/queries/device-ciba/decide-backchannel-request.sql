-- $1 id  $2 account id  $3 grant id, or null to deny  $4 why, for the record
-- $5 the team that decides for the person, or null where they do themselves
-- CIB-5: one decision, by the addressed person, while it can still be made. The clock is the one at this very moment: a statement
-- that waited for the row must not approve what expired meanwhile (I4). CIB-6: what tells the client is written with it; a client
-- that polls is told nothing.
WITH decided AS (
  UPDATE backchannel_authentication_request
     SET state = CASE WHEN $3::uuid IS NULL THEN 'denied' ELSE 'approved' END, grant_id = $3::uuid, decided_at = now()
   WHERE id = $1::uuid AND account_id = $2 AND state = 'pending' AND expires_at > clock_timestamp()
  RETURNING id, client_id, state, delivery_mode, expires_at),
told AS (
  INSERT INTO backchannel_delivery (kind, request_id, lane, expires_at)
  SELECT delivery_mode, id, client_id, expires_at FROM decided WHERE delivery_mode <> 'poll'),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT CASE WHEN $5::text IS NULL THEN 'user' ELSE 'team' END, coalesce($5::text, $2), 'backchannel-authentication.' || state, id::text,
         jsonb_build_object('clientId', client_id, 'grant', $3::text, 'why', $4::text, 'accountId', $2::text)
    FROM decided)
SELECT id, delivery_mode <> 'poll' AS told FROM decided
