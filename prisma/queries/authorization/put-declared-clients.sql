-- $1 JSON array of clients
-- A row of another manager is left alone; who wrote learns of it by the missing id.
INSERT INTO client AS stored (id, name, enabled, profile, authentication_method, assertion_algorithm, grant_types, scope, resources,
                              default_resource, access_token_lifetime_seconds, jwks_uri, registration, managed_by)
SELECT "clientId", name, enabled, profile, "authenticationMethod", "assertionAlgorithm", "grantTypes", scope, resources,
       "defaultResource", "accessTokenLifetimeSeconds", "jwksUri", registration, 'file'
  FROM jsonb_to_recordset($1::jsonb) AS given ("clientId" text, name text, enabled boolean, profile text, "authenticationMethod" text,
                                               "assertionAlgorithm" text, "grantTypes" text[], scope text[], resources text[],
                                               "defaultResource" text, "accessTokenLifetimeSeconds" integer, "jwksUri" text,
                                               registration jsonb)
ON CONFLICT (id) DO UPDATE
   SET name = excluded.name, enabled = excluded.enabled, profile = excluded.profile,
       authentication_method = excluded.authentication_method, assertion_algorithm = excluded.assertion_algorithm,
       grant_types = excluded.grant_types, scope = excluded.scope, resources = excluded.resources,
       default_resource = excluded.default_resource, access_token_lifetime_seconds = excluded.access_token_lifetime_seconds,
       jwks_uri = excluded.jwks_uri, registration = excluded.registration, updated_at = now()
 WHERE stored.managed_by = 'file'
RETURNING id
