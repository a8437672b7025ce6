-- $1 client_id  $2 seconds that keys from a jwks_uri count after a good fetch (OUT-5)
-- All that decides a request about a client, in one snapshot. The database's clock says which secrets and keys count, and for
-- how many milliseconds this answer stands if nothing is written.
SELECT c.id                            AS "clientId",
       c.name,
       c.enabled,
       c.profile,
       c.authentication_method         AS "authenticationMethod",
       c.assertion_algorithm           AS "assertionAlgorithm",
       c.grant_types                   AS "grantTypes",
       c.scope,
       c.resources,
       c.default_resource              AS "defaultResource",
       c.access_token_lifetime_seconds AS "accessTokenLifetimeSeconds",
       c.jwks_uri                      AS "jwksUri",
       c.registration,
       coalesce(k.keys, '[]')          AS keys,
       coalesce(s.digests, '{}')       AS "secretDigests",
       coalesce(s.sealed, '{}')        AS "sealedSecrets",
       (extract(epoch FROM least(s.ends_at, k.ends_at) - now()) * 1000)::float8 AS "standsForMs"
  FROM client c
  LEFT JOIN LATERAL (
    SELECT keys, fetched_at + make_interval(secs => $2::float8) AS ends_at
      FROM client_key_set
     WHERE client_id = c.id AND (source = 'value' OR fetched_at > now() - make_interval(secs => $2::float8))
  ) k ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(digest ORDER BY created_at DESC, id) FILTER (WHERE digest IS NOT NULL) AS digests,
           array_agg(sealed ORDER BY created_at DESC, id) FILTER (WHERE sealed IS NOT NULL) AS sealed,
           min(expires_at) AS ends_at
      FROM client_secret
     WHERE client_id = c.id AND (expires_at IS NULL OR expires_at > now())
  ) s ON true
 WHERE c.id = $1
