-- $1 how many at most
-- Nobody claims them any more; this closes the record.
WITH expired AS (
  UPDATE web_push_delivery
     SET outcome = 'given-up', settled_at = now(), leased_until = NULL, answer = coalesce(answer, 'expired')
   WHERE id IN (SELECT id FROM web_push_delivery WHERE settled_at IS NULL AND expires_at <= now() AND (leased_until IS NULL OR leased_until <= now())
                 ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
  RETURNING id, lane, attempts, answer),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'service', 'device-ciba', 'backchannel-delivery.given-up', id::text,
         jsonb_build_object('kind', 'web-push', 'lane', lane, 'attempts', attempts, 'answer', answer)
    FROM expired)
SELECT id FROM expired
