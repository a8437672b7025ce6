-- $1 SHA-256 of the approval's handle  $2 account id
-- Only the addressed person's (CIB-5). `waits` is no decision: that one statement makes it.
SELECT id, client_id AS "clientId", authority, confirmation, number, state, grant_id AS "grantId",
       state = 'pending' AND expires_at > now() AS waits
  FROM backchannel_authentication_request WHERE approval_hash = $1 AND account_id = $2
