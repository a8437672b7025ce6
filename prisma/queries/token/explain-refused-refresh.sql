-- $1 token_hash  $2 client_id  $3 confirmation or null  $4 scope asked for  $5 resources asked for  $6 retry window in seconds
-- Runs for those only whose use had no effect; says why, and ends the family when a generation that was replaced comes again from
-- its own client (REF-4). The update judges the row as it is when it holds it, so that a use which another one overtook meanwhile
-- is judged by what that one left.
WITH presented AS MATERIALIZED (
  SELECT f.id,
         f.grant_id,
         f.client_id,
         f.user_grant,
         g.generation,
         f.generation AS newest,
         f.client_id = $2::text AS own,
         f.confirmation IS NOT DISTINCT FROM $3::jsonb AS same_key,
         f.revoke_reason,
         f.idle_expires_at > now() AND f.expires_at > now() AS unexpired,
         f.user_grant #> '{authority,scope}' ?& $4::text[] AS scope_granted,
         f.user_grant #> '{authority,resources}' ?& $5::text[] AS resources_granted,
         g.generation = f.generation - 1 AND f.rotated_at > now() - make_interval(secs => $6::float8) AS in_window
    FROM refresh_generation g
    JOIN refresh_family f ON f.id = g.family_id
   WHERE g.token_hash = $1
), ended AS (
  UPDATE refresh_family f
     SET revoked_at = now(), revoke_reason = 'reused'
    FROM presented p
   WHERE f.id = p.id
     AND p.own
     AND p.same_key
     AND f.revoked_at IS NULL
     AND p.generation < f.generation
     AND NOT (p.generation = f.generation - 1 AND f.rotated_at > now() - make_interval(secs => $6::float8))
  RETURNING f.id, f.client_id, p.generation, f.generation AS newest
), audited AS (
  INSERT INTO token_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'refresh-token.reused', id::text, jsonb_build_object('generation', generation, 'newest', newest) FROM ended
)
SELECT CASE
         WHEN NOT p.own THEN 'foreign'
         WHEN NOT p.same_key THEN 'wrong_key'
         WHEN EXISTS (SELECT FROM ended) OR p.revoke_reason = 'reused' THEN 'reused'
         WHEN p.revoke_reason IS NOT NULL OR NOT p.unexpired OR l.id IS NULL THEN 'ended'
         WHEN NOT p.scope_granted THEN 'scope'
         WHEN NOT p.resources_granted THEN 'resource'
         WHEN p.in_window AND s.derivation_kid IS NOT NULL THEN 'retry'
         -- Another use ended the family while this statement waited for it.
         WHEN p.generation < p.newest THEN 'reused'
         ELSE 'ended'
       END AS outcome,
       p.user_grant AS "grant",
       s.derivation_kid AS "derivationKid"
  FROM presented p
  LEFT JOIN live_grant l ON l.id = p.grant_id AND l.client_id = p.client_id
  LEFT JOIN refresh_generation s ON s.family_id = p.id AND s.generation = p.generation + 1
