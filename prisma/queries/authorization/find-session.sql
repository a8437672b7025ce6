-- $1 SHA-256 of the session cookie  $2 client id whose remembered consent matters, or null  $3 seconds between two records of use
-- Who is signed in in this browser, by the database's clock; a session of a disabled or locked account is none (GEN-6).
SELECT jsonb_build_object(
         'sessionId', s.id, 'sid', s.sid, 'accountId', s.account_id, 'acr', s.acr, 'amr', s.amr,
         'authenticatedAt', extract(epoch FROM s.authenticated_at),
         'touchDue', s.used_at < now() - make_interval(secs => $3::float8),
         'claims', a.claims,
         'identifier', (SELECT value FROM account_identifier WHERE account_id = a.id ORDER BY kind = 'username' DESC, kind = 'email' DESC, value LIMIT 1)
       ) AS session,
       extract(epoch FROM now())::float8 AS now,
       c.authority AS remembered
  FROM session s
  JOIN account a ON a.id = s.account_id AND a.enabled AND a.locked_at IS NULL
  LEFT JOIN consent c ON c.account_id = s.account_id AND c.client_id = $2 AND c.revoked_at IS NULL AND c.expires_at > now()
 WHERE s.handle_hash = $1 AND s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()
