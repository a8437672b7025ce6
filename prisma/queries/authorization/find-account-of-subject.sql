-- $1 client id  $2 subject, as this client knows a person
-- Whom an old ID token of a pairwise client speaks of. A grant that ended says it as well.
SELECT account_id AS "accountId" FROM authorization_grant WHERE client_id = $1 AND subject = $2 LIMIT 1
