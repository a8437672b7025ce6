-- $1 client id  $2 SHA-256 of a registration access token
-- REG-7: the token finds the registration of its own client and nothing else. Secrets that are valid now, newest first.
SELECT c.id AS "clientId", c.name, c.enabled, c.profile, c.authentication_method AS "authenticationMethod",
       c.assertion_algorithm AS "assertionAlgorithm", c.grant_types AS "grantTypes", c.scope, c.resources,
       c.default_resource AS "defaultResource", c.access_token_lifetime_seconds AS "accessTokenLifetimeSeconds",
       c.jwks_uri AS "jwksUri", c.registration, k.source AS "keySource", k.keys, r.kept,
       floor(extract(epoch FROM r.issued_at))::float8 AS "issuedAt",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('digest', s.digest, 'sealed', s.sealed) ORDER BY s.created_at DESC, s.id), '[]')
          FROM client_secret s WHERE s.client_id = c.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
  FROM client_registration r
  JOIN client c ON c.id = r.client_id AND c.managed_by = 'registration'
  LEFT JOIN client_key_set k ON k.client_id = c.id
 WHERE r.client_id = $1 AND r.access_token_digest = $2
