-- $1 token_hash
-- Decision 3: a token lives while its row and its client do, and that of a user only with its grant and the family of refresh
-- tokens of the grant; decided here and nowhere kept.
SELECT t.jti,
       t.client_id                              AS "clientId",
       t.subject_kind                           AS "subjectKind",
       t.subject_id                             AS "subjectId",
       t.grant_id                               AS "grantId",
       t.actor,
       t.authority,
       t.confirmation,
       floor(extract(epoch FROM t.issued_at))::float8  AS "issuedAt",
       floor(extract(epoch FROM t.expires_at))::float8 AS "expiresAt"
  FROM opaque_access_token t
  JOIN client c ON c.id = t.client_id
  LEFT JOIN live_grant g ON g.id = t.grant_id AND g.client_id = t.client_id
  LEFT JOIN refresh_family f ON f.grant_id = t.grant_id
 WHERE t.token_hash = $1
   AND t.revoked_at IS NULL
   AND t.expires_at > now()
   AND c.enabled
   AND (t.grant_id IS NULL OR (g.id IS NOT NULL AND f.revoked_at IS NULL))
