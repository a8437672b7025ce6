-- $1 SHA-256 of the code  $2 client id  $3 redemption id  $4 mismatches that end a code
-- Only for a presentation that was refused. Nothing of another client's code is touched (COD-4). A code that this client redeemed
-- before dies here with all that came of it (COD-2); else an attempt is counted (COD-7).
WITH presented AS (
  UPDATE authorization_code SET attempts = attempts + 1
   WHERE code_hash = $1 AND client_id = $2 AND redemption_id IS DISTINCT FROM $3::uuid
     AND (redeemed_at IS NOT NULL OR (expires_at > now() AND attempts < $4))
  RETURNING grant_id, redeemed_at IS NOT NULL AS redeemed),
revoked AS (
  UPDATE authorization_grant g SET revoked_at = now(), revoke_reason = 'code-replayed'
    FROM presented p WHERE g.id = p.grant_id AND p.redeemed AND g.revoked_at IS NULL
  RETURNING g.id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', $2, 'grant.revoked', id::text, '{"reason": "code-replayed"}' FROM revoked)
SELECT CASE WHEN redeemed THEN 'replayed'
            WHEN EXISTS (SELECT FROM live_grant g WHERE g.id = grant_id) THEN 'mismatch'
            ELSE 'unknown' END AS outcome
  FROM presented
