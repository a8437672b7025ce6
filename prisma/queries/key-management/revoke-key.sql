-- $1 kid  $2 kid of the key that is active afterwards, null when the revoked one is not active
-- $3 who revoked it, in words  $4 actor kind  $5 actor name
-- An active key is revoked only together with the activation of its successor: there is no moment without a key to sign with.
WITH locked AS (
  SELECT kid, purpose, algorithm, state FROM key WHERE kid IN ($1::text, $2::text) ORDER BY kid FOR UPDATE
), target AS (
  SELECT t.kid, t.state
    FROM locked t
   WHERE t.kid = $1::text AND t.state <> 'removed'
     AND (t.state <> 'active'
          OR EXISTS (SELECT FROM locked s
                      WHERE s.kid = $2::text AND s.state IN ('created', 'published') AND s.purpose = t.purpose AND s.algorithm = t.algorithm))
), revoked AS (
  UPDATE key k
     SET state = 'removed', removed_at = now(), revoked_at = now(), revocation = $3::text, wrapped_data_key = NULL, sealed_private = NULL
    FROM target t
   WHERE k.kid = t.kid
  RETURNING k.kid
), promoted AS (
  UPDATE key k SET state = 'active', active_at = now(), published_at = coalesce(k.published_at, now())
    FROM target t
   WHERE t.state = 'active' AND k.kid = $2::text AND (SELECT count(*) FROM revoked) = 1
  RETURNING k.kid
), audited AS (
  INSERT INTO key_management_audit_event (actor_kind, actor_name, action, subject)
  SELECT $4::text, $5::text, 'key.revoked', kid FROM revoked
  UNION ALL
  SELECT $4::text, $5::text, 'key.activated', kid FROM promoted
)
SELECT r.kid AS "revoked", (SELECT kid FROM promoted) AS "promoted" FROM revoked r
