-- $1 account id, or  $2 kind and $3 value of an identifier
SELECT a.id AS "accountId", a.enabled, a.locked_at AS "lockedAt", a.claims, a.managed_by AS "managedBy",
       a.created_at AS "createdAt", a.updated_at AS "updatedAt",
       (SELECT i.value FROM account_identifier i WHERE i.account_id = a.id AND i.kind = 'username' ORDER BY i.value LIMIT 1) AS username,
       (SELECT i.value FROM account_identifier i WHERE i.account_id = a.id AND i.kind = 'email' ORDER BY i.value LIMIT 1) AS email,
       (SELECT c.changed_at FROM credential c WHERE c.account_id = a.id AND c.kind = 'password') AS "passwordChangedAt",
       (SELECT f.blocked_until FROM sign_in_failure f
         WHERE f.kind = 'account' AND f.key_hash = sha256(convert_to('account:' || a.id, 'UTF8')) AND f.blocked_until > now()) AS "blockedUntil",
       (SELECT count(*)::integer FROM session s
         WHERE s.account_id = a.id AND s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()) AS sessions,
       (SELECT count(*)::integer FROM live_grant g WHERE g.account_id = a.id) AS grants
  FROM account a
 WHERE a.id = coalesce($1, (SELECT account_id FROM account_identifier WHERE kind = $2 AND value = $3))
