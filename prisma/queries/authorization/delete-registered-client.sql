-- $1 client id  $2 SHA-256 of its registration access token
-- RFC 7592 §2.3: secrets, keys, consents and grants go with it, and with the grants every token (decision 3).
WITH gone AS (
  DELETE FROM client c USING client_registration r
   WHERE c.id = $1 AND c.managed_by = 'registration' AND c.enabled AND r.client_id = c.id AND r.access_token_digest = $2
  RETURNING c.id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', id, 'client.deleted', id, '{}' FROM gone)
SELECT id FROM gone
