-- $1 identifier
SELECT identifier,
       name,
       enabled,
       scope,
       token_format                  AS "tokenFormat",
       access_token_lifetime_seconds AS "accessTokenLifetimeSeconds",
       signing_algorithm             AS "signingAlgorithm",
       introspected_by               AS "introspectedBy"
  FROM resource
 WHERE identifier = $1
