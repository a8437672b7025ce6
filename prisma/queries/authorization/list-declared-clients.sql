-- $1 mentioned client ids  $2 mentioned resource identifiers
-- What files manage, what is mentioned, and who uses one of those resources. Secrets only of mentioned clients, valid ones,
-- newest first: nobody else's are compared with anything.
SELECT c.id AS "clientId", c.name, c.enabled, c.profile, c.authentication_method AS "authenticationMethod",
       c.assertion_algorithm AS "assertionAlgorithm", c.grant_types AS "grantTypes", c.scope, c.resources,
       c.default_resource AS "defaultResource", c.access_token_lifetime_seconds AS "accessTokenLifetimeSeconds",
       c.jwks_uri AS "jwksUri", c.registration, c.managed_by AS "managedBy", k.source AS "keySource", k.keys,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('digest', s.digest, 'sealed', s.sealed) ORDER BY s.created_at DESC, s.id), '[]')
          FROM client_secret s
         WHERE s.client_id = c.id AND c.id = ANY ($1::text[]) AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
  FROM client c
  LEFT JOIN client_key_set k ON k.client_id = c.id
 WHERE c.managed_by = 'file'
    OR c.id = ANY ($1::text[])
    OR c.resources && ($2::text[] || ARRAY(SELECT identifier FROM resource WHERE managed_by = 'file'))
 ORDER BY c.id
