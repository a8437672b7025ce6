-- $1 kind  $2 delivery id  $3 claim id  $4 outcome: delivered, retry or given-up  $5 seconds until the next attempt  $6 what came back
-- Once, and by the claim that has it: another attempt may be under way. What was delivered was delivered, whoever says so. What would
-- be due after its expiry is given up. A body that was said, or never will be, is not kept. The last step is audited with it (SEC-4).
WITH settled AS (
  UPDATE backchannel_delivery
     SET leased_until = NULL, answer = $6, next_at = now() + make_interval(secs => $5::float8),
         outcome = CASE WHEN $4::text <> 'retry' THEN $4::text WHEN expires_at <= now() + make_interval(secs => $5::float8) THEN 'given-up' END,
         settled_at = CASE WHEN $4::text <> 'retry' OR expires_at <= now() + make_interval(secs => $5::float8) THEN now() END,
         body = CASE WHEN $4::text = 'retry' AND expires_at > now() + make_interval(secs => $5::float8) THEN body END
   WHERE id = $2::uuid AND kind = $1 AND settled_at IS NULL AND (claim_id = $3::uuid OR $4::text = 'delivered')
  RETURNING id, kind, lane, attempts, outcome, answer),
audited AS (
  INSERT INTO device_ciba_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'service', 'worker', 'backchannel-delivery.' || outcome, id::text, jsonb_build_object('kind', kind, 'lane', lane, 'attempts', attempts, 'answer', answer)
    FROM settled WHERE outcome IS NOT NULL)
SELECT coalesce(outcome, 'retry') AS outcome FROM settled
