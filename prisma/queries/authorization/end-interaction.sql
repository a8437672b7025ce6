-- $1 interaction id  $2 outcome  $3 SHA-256 of the request_uri, or null  $4 account id, or null  $5 what is recorded of it
-- An interaction ends once, with the first answer (I1, I3). A pushed request that was refused is over as well.
WITH ended AS (
  UPDATE interaction SET ended_at = now(), outcome = $2
   WHERE id = $1::uuid AND ended_at IS NULL AND expires_at > now()
  RETURNING id, client_id, account_id),
spent AS (
  UPDATE pushed_authorization_request SET spent_at = now()
   WHERE request_uri_hash = $3 AND spent_at IS NULL AND EXISTS (SELECT FROM ended)),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT CASE WHEN coalesce($4, account_id) IS NULL THEN 'client' ELSE 'user' END, coalesce($4, account_id, client_id, 'unknown'),
         'interaction.' || $2, id::text, $5::jsonb || jsonb_build_object('clientId', client_id)
    FROM ended)
SELECT id FROM ended
