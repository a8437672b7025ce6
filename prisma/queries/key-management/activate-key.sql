-- $1 kid  $2 kid of the key it replaces, or null  $3 seconds it must have been published
-- $4 seconds the replaced key retires, null until a command removes it  $5 actor kind  $6 actor name
-- Both rows are locked, in one order for every statement that locks two, and judged as they are then: of many activations at
-- once one finds its predecessor active. The unique index is the second net.
WITH locked AS (
  SELECT kid, purpose, algorithm, state, published_at FROM key WHERE kid IN ($1::text, $2::text) ORDER BY kid FOR UPDATE
), candidate AS (
  SELECT c.kid
    FROM locked c
   WHERE c.kid = $1::text AND c.state = 'published' AND c.published_at <= now() - make_interval(secs => $3::float8)
     AND CASE WHEN $2::text IS NULL
              THEN NOT EXISTS (SELECT FROM key a WHERE a.purpose = c.purpose AND a.algorithm = c.algorithm AND a.state = 'active')
              ELSE EXISTS (SELECT FROM locked p
                            WHERE p.kid = $2::text AND p.state = 'active' AND p.purpose = c.purpose AND p.algorithm = c.algorithm)
         END
), retired AS (
  UPDATE key k
     SET state = 'retiring', retiring_at = now(), remove_after = coalesce(now() + make_interval(secs => $4::float8), 'infinity')
    FROM candidate
   WHERE k.kid = $2::text
  RETURNING k.kid
), activated AS (
  -- Reading `retired` makes it happen first, so that the unique index never sees two.
  UPDATE key k SET state = 'active', active_at = now()
    FROM candidate c
   WHERE k.kid = c.kid AND (SELECT count(*) FROM retired) = CASE WHEN $2::text IS NULL THEN 0 ELSE 1 END
  RETURNING k.kid
), audited AS (
  INSERT INTO key_management_audit_event (actor_kind, actor_name, action, subject)
  SELECT $5::text, $6::text, 'key.activated', kid FROM activated
  UNION ALL
  SELECT $5::text, $6::text, 'key.retired', kid FROM retired
)
SELECT kid FROM activated
