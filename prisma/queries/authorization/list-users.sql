-- $1 the last id of the page before  $2 how many
SELECT a.id AS "accountId", a.enabled, a.locked_at IS NOT NULL AS locked, a.managed_by AS "managedBy", a.claims ->> 'name' AS name,
       (SELECT i.value FROM account_identifier i WHERE i.account_id = a.id AND i.kind = 'username' ORDER BY i.value LIMIT 1) AS username,
       (SELECT i.value FROM account_identifier i WHERE i.account_id = a.id AND i.kind = 'email' ORDER BY i.value LIMIT 1) AS email
  FROM account a
 WHERE a.id > coalesce($1, '')
 ORDER BY a.id
 LIMIT $2::integer
