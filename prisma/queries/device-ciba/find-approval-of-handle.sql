-- $1 SHA-256 of the approval's handle
-- For the deployment's own authenticator, which answers for whomever a request is for. `waits` is no decision: that one statement
-- makes it, with the account named here in its WHERE (CIB-5).
SELECT id, client_id AS "clientId", account_id AS "accountId", authority, confirmation, number, state, grant_id AS "grantId",
       state = 'pending' AND expires_at > now() AS waits
  FROM backchannel_authentication_request WHERE approval_hash = $1
