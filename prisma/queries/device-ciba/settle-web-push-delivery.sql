-- $1 delivery id  $2 claim id  $3 outcome: delivered, retry or given-up  $4 seconds until the next attempt  $5 what came back
-- Once, and by the claim that has it. What was delivered was delivered, whoever says so. What would be due after its expiry is given up.
-- A browser whose push service does not know it any more is forgotten (RFC 8030 §7.3). The last step is audited with it (SEC-4).
WITH settled AS (
  UPDATE web_push_delivery
     SET leased_until = NULL, answer = $5, next_at = now() + make_interval(secs => $4::float8),
         outcome = CASE WHEN $3::text <> 'retry' THEN $3::text WHEN expires_at <= now() + make_interval(secs => $4::float8) THEN 'given-up' END,
         settled_at = CASE WHEN $3::text <> 'retry' OR expires_at <= now() + make_interval(secs => $4::float8) THEN now() END
   WHERE id = $1::uuid AND settled_at IS NULL AND (claim_id = $2::uuid OR $3::text = 'delivered')
  RETURNING id, subscription_id, lane, attempts, outcome, answer),
forgotten AS (
  DELETE FROM push_subscription s USING settled
   WHERE s.id = settled.subscription_id AND settled.outcome = 'given-up' AND settled.answer IN ('404', '410')),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'service', 'worker', 'backchannel-delivery.' || outcome, id::text,
         jsonb_build_object('kind', 'web-push', 'lane', lane, 'attempts', attempts, 'answer', answer)
    FROM settled WHERE outcome IS NOT NULL)
SELECT coalesce(outcome, 'retry') AS outcome FROM settled
