-- $1 SHA-256 of the interaction's handle  $2 SHA-256 of the session cookie, or null  $3 seconds between two records of use
-- All that decides what is next, in one snapshot: the interaction, its steps, who is signed in, what they agreed to before.
SELECT i.id,
       i.browser_hash         AS "browserHash",
       i.purpose,
       i.client_id            AS "clientId",
       i.request,
       i.pushed_request_hash  AS "pushedRequestHash",
       i.outcome,
       i.expires_at <= now()  AS expired,
       -- What is not there any more cannot be spent either (PAR-3).
       i.pushed_request_hash IS NOT NULL AND NOT EXISTS (
         SELECT FROM pushed_authorization_request p
          WHERE p.request_uri_hash = i.pushed_request_hash AND p.client_id = i.client_id AND p.spent_at IS NULL) AS spent,
       coalesce((
         SELECT jsonb_object_agg(step, jsonb_build_object('accountId', account_id, 'detail', detail, 'doneAt', done_at::text))
           FROM interaction_step WHERE interaction_id = i.id), '{}') AS steps,
       CASE WHEN a.id IS NOT NULL THEN jsonb_build_object(
         'sessionId', s.id, 'sid', s.sid, 'accountId', s.account_id, 'acr', s.acr, 'amr', s.amr,
         'authenticatedAt', extract(epoch FROM s.authenticated_at),
         'touchDue', s.used_at < now() - make_interval(secs => $3::float8),
         'claims', a.claims,
         'identifier', (SELECT value FROM account_identifier WHERE account_id = a.id ORDER BY kind = 'username' DESC, kind = 'email' DESC, value LIMIT 1)
       ) END AS session,
       extract(epoch FROM now())::float8 AS now,
       c.authority AS remembered
  FROM interaction i
  LEFT JOIN session s ON s.handle_hash = $2 AND s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()
  LEFT JOIN account a ON a.id = s.account_id AND a.enabled AND a.locked_at IS NULL
  LEFT JOIN consent c ON c.account_id = a.id AND c.client_id = i.client_id AND c.revoked_at IS NULL AND c.expires_at > now()
 WHERE i.handle_hash = $1
