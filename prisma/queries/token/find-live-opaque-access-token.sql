-- $1 token_hash
-- Decision 3: a token lives while its row and its client do, decided here and nowhere kept. Tokens of grants are not issued
-- yet; one that names a grant is not answered for until the grant is part of this statement.
SELECT t.jti,
       t.client_id                              AS "clientId",
       t.subject_kind                           AS "subjectKind",
       t.subject_id                             AS "subjectId",
       t.actor,
       t.authority,
       t.confirmation,
       floor(extract(epoch FROM t.issued_at))::float8  AS "issuedAt",
       floor(extract(epoch FROM t.expires_at))::float8 AS "expiresAt"
  FROM opaque_access_token t
  JOIN client c ON c.id = t.client_id
 WHERE t.token_hash = $1
   AND t.grant_id IS NULL
   AND t.revoked_at IS NULL
   AND t.expires_at > now()
   AND c.enabled
