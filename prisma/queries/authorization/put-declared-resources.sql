-- $1 JSON array of resources
-- A row of another manager is left alone; who wrote learns of it by the missing id.
INSERT INTO resource AS stored (identifier, name, enabled, scope, token_format, access_token_lifetime_seconds, signing_algorithm,
                                introspected_by, managed_by)
SELECT identifier, name, enabled, scope, "tokenFormat", "accessTokenLifetimeSeconds", "signingAlgorithm", "introspectedBy", 'file'
  FROM jsonb_to_recordset($1::jsonb) AS given (identifier text, name text, enabled boolean, scope text[], "tokenFormat" text,
                                               "accessTokenLifetimeSeconds" integer, "signingAlgorithm" text, "introspectedBy" text[])
ON CONFLICT (identifier) DO UPDATE
   SET name = excluded.name, enabled = excluded.enabled, scope = excluded.scope, token_format = excluded.token_format,
       access_token_lifetime_seconds = excluded.access_token_lifetime_seconds, signing_algorithm = excluded.signing_algorithm,
       introspected_by = excluded.introspected_by, updated_at = now()
 WHERE stored.managed_by = 'file'
RETURNING identifier AS id
