-- $1 account id, or  $2 kind and $3 value of an identifier
-- Who can be asked: an account that can sign in (CIBA Core §7.2). The address is one the person is known to have.
SELECT a.id AS "accountId",
       CASE WHEN a.claims ->> 'email_verified' = 'true' THEN a.claims ->> 'email' END AS email,
       (SELECT c.secret FROM credential c WHERE c.account_id = a.id AND c.kind = 'user-code') AS "userCode"
  FROM account a
 WHERE a.id = coalesce($1, (SELECT account_id FROM account_identifier WHERE kind = $2 AND value = $3)) AND a.enabled AND a.locked_at IS NULL
