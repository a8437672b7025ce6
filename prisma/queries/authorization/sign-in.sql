-- $1 interaction id  $2 account id  $3 when the password step was done before (text), or null  $4 SHA-256 of the present session cookie, or null
-- $5 id of a new session  $6 its sid  $7 SHA-256 of the new session cookie  $8 acr  $9 amr  $10 user agent  $11 source address
-- $12 seconds a session lives unused  $13 seconds it lives  $14 client id, or null  $15 whether pages follow
-- $16 when the password was set that was right  $17 SHA-256 of a new browser cookie
-- A person proved who they are. Of several answers to one page the first counts: the step's row decides. The same person keeps
-- the session and its sid, another person gets a new one and the old one ends; the cookie is a new one either way (UIX-2). With
-- another person the browser cookie is a new one as well: what was open for one is not answered by the next (I8, UIX-4).
-- Where pages follow, the interaction goes with the session (LOG-3). The password that was right is still the present one, and
-- stays it until this is committed: whoever changes it, or takes the account out of use, sees this session. The account is locked
-- before its sessions, and those before interactions, here as in every statement that locks several of them.
WITH proved AS (
  INSERT INTO interaction_step (interaction_id, step, account_id)
  SELECT i.id, 'password', a.id
    FROM interaction i, account a
    JOIN credential k ON k.account_id = a.id AND k.kind = 'password'
   WHERE i.id = $1::uuid AND i.ended_at IS NULL AND i.expires_at > now() AND a.id = $2 AND a.enabled AND a.locked_at IS NULL
     AND k.changed_at = $16::timestamptz
     FOR SHARE OF a, k
  ON CONFLICT (interaction_id, step) DO UPDATE SET account_id = excluded.account_id, done_at = now()
   WHERE interaction_step.done_at = $3::timestamptz
  RETURNING interaction_id),
other AS (SELECT FROM session WHERE handle_hash = $4 AND account_id <> $2),
replaced AS (
  UPDATE session SET ended_at = now(), end_reason = 'replaced'
   WHERE handle_hash = $4 AND account_id <> $2 AND ended_at IS NULL AND EXISTS (SELECT FROM proved)
  RETURNING id),
renewed AS (
  UPDATE session
     SET handle_hash = $7, authenticated_at = now(), acr = $8, amr = $9::text[], user_agent = $10, source_address = $11, used_at = now(),
         idle_expires_at = now() + make_interval(secs => least($12::float8, $13::float8)), expires_at = now() + make_interval(secs => $13::float8)
   WHERE handle_hash = $4 AND account_id = $2 AND ended_at IS NULL AND idle_expires_at > now() AND expires_at > now()
     AND EXISTS (SELECT FROM proved)
  RETURNING id, sid),
begun AS (
  INSERT INTO session (id, handle_hash, sid, account_id, authenticated_at, acr, amr, user_agent, source_address, idle_expires_at, expires_at)
  SELECT $5::uuid, $7, $6, $2, now(), $8, $9::text[], $10, $11,
         now() + make_interval(secs => least($12::float8, $13::float8)), now() + make_interval(secs => $13::float8)
    FROM proved WHERE NOT EXISTS (SELECT FROM renewed)
  RETURNING id, sid),
present AS (SELECT id, sid, 'session.renewed' AS action FROM renewed UNION ALL SELECT id, sid, 'session.begun' FROM begun),
linked AS (
  UPDATE interaction i
     SET session_id = present.id, account_id = $2, browser_hash = CASE WHEN EXISTS (SELECT FROM other) THEN $17::bytea ELSE browser_hash END
    FROM present WHERE i.id = $1::uuid AND ($15::boolean OR EXISTS (SELECT FROM other))),
aborted AS (
  UPDATE interaction SET ended_at = now(), outcome = 'aborted'
   WHERE session_id = ANY (ARRAY(SELECT id FROM replaced)) AND id <> $1::uuid AND ended_at IS NULL),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'user', $2, action, id::text, jsonb_build_object('sourceAddress', $11::text) FROM present
  UNION ALL
  SELECT 'user', $2, 'session.ended', id::text, '{"reason": "replaced"}' FROM replaced)
SELECT jsonb_build_object(
         'sessionId', p.id, 'sid', p.sid, 'accountId', a.id, 'acr', $8::text, 'amr', $9::text[],
         'authenticatedAt', extract(epoch FROM now()), 'touchDue', false, 'claims', a.claims,
         'identifier', (SELECT value FROM account_identifier WHERE account_id = a.id ORDER BY kind = 'username' DESC, kind = 'email' DESC, value LIMIT 1)
       ) AS session,
       extract(epoch FROM now())::float8 AS now,
       c.authority AS remembered,
       EXISTS (SELECT FROM other) AS "personChanged"
  FROM present p
  JOIN account a ON a.id = $2
  LEFT JOIN consent c ON c.account_id = a.id AND c.client_id = $14 AND c.revoked_at IS NULL AND c.expires_at > now()
