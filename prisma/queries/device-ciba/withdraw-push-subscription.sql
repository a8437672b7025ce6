-- $1 account id  $2 id
-- Only by its own person.
WITH withdrawn AS (DELETE FROM push_subscription WHERE id = $2::uuid AND account_id = $1 RETURNING id),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $1::text, 'push-subscription.withdrawn', id::text, '{}' FROM withdrawn)
SELECT id FROM withdrawn
