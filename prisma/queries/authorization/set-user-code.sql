-- $1 account id  $2 stored form  $3 request id  $4 end of the sealed value, seconds since the epoch
-- A person sets the code that clients of a backchannel authentication have to be told (CIBA Core §7.1), or another one. The sealed
-- value is spent (decision 8), and what was counted against the old code is forgotten.
WITH spent AS (
  INSERT INTO opened_secret (request_id, purpose, expires_at) VALUES ($3, 'new-user-code', to_timestamp($4::double precision))
  ON CONFLICT DO NOTHING
  RETURNING request_id),
put AS (
  INSERT INTO credential AS k (account_id, kind, secret)
  SELECT a.id, 'user-code', $2 FROM account a, spent WHERE a.id = $1 AND a.enabled AND a.locked_at IS NULL
  ON CONFLICT (account_id, kind) DO UPDATE SET secret = excluded.secret, changed_at = now()
  RETURNING k.account_id),
forgotten AS (
  DELETE FROM sign_in_failure WHERE kind = 'account' AND key_hash = sha256(convert_to('user-code:' || $1::text, 'UTF8')) AND EXISTS (SELECT FROM put)),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject)
  SELECT 'user', account_id, 'user-code.set', account_id FROM put)
SELECT account_id AS "accountId" FROM put
