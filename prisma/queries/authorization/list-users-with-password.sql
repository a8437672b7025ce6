-- $1 user names
SELECT i.value AS username
  FROM account_identifier i
 WHERE i.kind = 'username' AND i.value = ANY ($1::text[])
   AND EXISTS (SELECT FROM credential c WHERE c.account_id = i.account_id AND c.kind = 'password')
