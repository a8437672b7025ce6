-- $1 account id
SELECT a.id, a.enabled, a.locked_at IS NOT NULL AS locked, a.claims,
       coalesce((SELECT i.value FROM account_identifier i
                  WHERE i.account_id = a.id AND i.kind IN ('username', 'email')
                  ORDER BY i.kind DESC LIMIT 1), a.id) AS identifier
  FROM account a
 WHERE a.id = $1
