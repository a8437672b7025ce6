-- $1 mentioned user names and email addresses
-- What files manage, and what is mentioned, whoever manages it.
SELECT a.id AS "accountId", a.enabled, a.claims, a.managed_by AS "managedBy",
       (SELECT i.value FROM account_identifier i WHERE i.account_id = a.id AND i.kind = 'username' ORDER BY i.value LIMIT 1) AS username,
       (SELECT i.value FROM account_identifier i WHERE i.account_id = a.id AND i.kind = 'email' ORDER BY i.value LIMIT 1) AS email,
       coalesce((SELECT true FROM credential c WHERE c.account_id = a.id AND c.kind = 'password'), false) AS "hasPassword"
  FROM account a
 WHERE a.managed_by = 'file'
    OR a.id IN (SELECT account_id FROM account_identifier WHERE kind IN ('username', 'email') AND value = ANY ($1::text[]))
 ORDER BY a.id
