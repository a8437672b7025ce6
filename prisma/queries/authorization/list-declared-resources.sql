-- $1 mentioned client ids  $2 mentioned resource identifiers
-- What files manage, what is mentioned, and what lets one of those clients introspect.
SELECT identifier, name, enabled, scope, token_format AS "tokenFormat", access_token_lifetime_seconds AS "accessTokenLifetimeSeconds",
       signing_algorithm AS "signingAlgorithm", introspected_by AS "introspectedBy", managed_by AS "managedBy"
  FROM resource
 WHERE managed_by = 'file'
    OR identifier = ANY ($2::text[])
    OR introspected_by && ($1::text[] || ARRAY(SELECT id FROM client WHERE managed_by = 'file'))
 ORDER BY identifier
