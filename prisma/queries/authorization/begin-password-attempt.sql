-- $1 request id  $2 purpose  $3 end of the sealed value, seconds since the epoch
-- $4 kind and $5 value of the identifier, or  $6 account id
-- $7 SHA-256 of the source  $8 source threshold  $9 account threshold  $10 window seconds  $11 block seconds from a threshold on
-- Decision 8: the sealed value is spent. CCR-4: the attempt is counted, first for its source, and only when that is not blocked
-- for the account; all before anything is hashed. Rows are locked in this order everywhere. A block is the losing of a race:
-- the attempt that reaches the threshold sets it, and whoever comes later, or waited for that row, is not counted any more.
WITH spent AS (
  INSERT INTO opened_secret (request_id, purpose, expires_at)
  VALUES ($1, $2, to_timestamp($3::double precision))
  ON CONFLICT DO NOTHING
  RETURNING request_id),
candidate AS (
  SELECT a.id, a.enabled, a.locked_at IS NOT NULL AS locked, a.claims, c.secret, c.changed_at,
         (SELECT i.value FROM account_identifier i
           WHERE i.account_id = a.id AND i.kind IN ('username', 'email')
           ORDER BY i.kind DESC LIMIT 1) AS identifier
    FROM account a
    LEFT JOIN credential c ON c.account_id = a.id AND c.kind = 'password'
   WHERE a.id = coalesce($6, (SELECT account_id FROM account_identifier WHERE kind = $4 AND value = $5))),
subject AS (
  -- Whoever nobody is is counted as well, by what was typed.
  SELECT sha256(convert_to(coalesce((SELECT 'account:' || id FROM candidate), 'identifier:' || $4 || ':' || $5, 'nobody'), 'UTF8')) AS key_hash),
waiting AS (
  -- What is seen to be blocked counts for nobody: an old password in a mail program must not block the whole office.
  SELECT f.blocked_until FROM sign_in_failure f, subject
   WHERE f.kind = 'account' AND f.key_hash = subject.key_hash AND f.blocked_until > now()),
source AS (
  INSERT INTO sign_in_failure AS f (kind, key_hash, attempts, window_ends, blocked_until)
  SELECT 'source', $7::bytea, 1, now() + make_interval(secs => $10::integer), NULL FROM spent
   WHERE NOT EXISTS (SELECT FROM waiting)
  ON CONFLICT (kind, key_hash) DO UPDATE
     SET attempts = CASE WHEN f.window_ends <= now() THEN 1 ELSE f.attempts + 1 END,
         window_ends = CASE WHEN f.window_ends <= now() THEN excluded.window_ends
                            WHEN f.attempts + 1 >= $8::integer
                            THEN excluded.window_ends + make_interval(secs => ($11::integer[])[least(f.attempts + 2 - $8::integer, cardinality($11::integer[]))])
                            ELSE f.window_ends END,
         blocked_until = CASE WHEN f.window_ends > now() AND f.attempts + 1 >= $8::integer
                              THEN now() + make_interval(secs => ($11::integer[])[least(f.attempts + 2 - $8::integer, cardinality($11::integer[]))])
                         END
   WHERE f.blocked_until IS NULL OR f.blocked_until <= now()
  RETURNING attempts),
counted AS (
  INSERT INTO sign_in_failure AS f (kind, key_hash, attempts, window_ends, blocked_until)
  SELECT 'account', subject.key_hash, 1, now() + make_interval(secs => $10::integer), NULL FROM subject, source
  ON CONFLICT (kind, key_hash) DO UPDATE
     SET attempts = CASE WHEN f.window_ends <= now() THEN 1 ELSE f.attempts + 1 END,
         window_ends = CASE WHEN f.window_ends <= now() THEN excluded.window_ends
                            WHEN f.attempts + 1 >= $9::integer
                            THEN excluded.window_ends + make_interval(secs => ($11::integer[])[least(f.attempts + 2 - $9::integer, cardinality($11::integer[]))])
                            ELSE f.window_ends END,
         blocked_until = CASE WHEN f.window_ends > now() AND f.attempts + 1 >= $9::integer
                              THEN now() + make_interval(secs => ($11::integer[])[least(f.attempts + 2 - $9::integer, cardinality($11::integer[]))])
                         END
   WHERE f.blocked_until IS NULL OR f.blocked_until <= now()
  RETURNING attempts),
audited AS (
  -- SEC-4: a block begins, or begins again. Single wrong passwords are in the log.
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'anyone', 'sign-in', 'account.blocked', coalesce((SELECT id FROM candidate), 'nobody'), jsonb_build_object('attempts', attempts)
    FROM counted WHERE attempts >= $9::integer)
SELECT CASE WHEN NOT EXISTS (SELECT FROM spent) THEN 'replayed'
            WHEN EXISTS (SELECT FROM waiting) THEN 'account-blocked'
            WHEN NOT EXISTS (SELECT FROM source) THEN 'source-blocked'
            WHEN NOT EXISTS (SELECT FROM counted) THEN 'account-blocked'
            ELSE 'counted' END AS outcome,
       -- A block that began while this statement waited is not in what it sees: then it is the first one.
       greatest(1, ceil(extract(epoch FROM coalesce(
         (SELECT blocked_until FROM waiting),
         (SELECT f.blocked_until FROM sign_in_failure f WHERE f.kind = 'source' AND f.key_hash = $7::bytea AND NOT EXISTS (SELECT FROM source)),
         now() + make_interval(secs => ($11::integer[])[1])) - now())))::integer AS "waitSeconds",
       subject.key_hash AS "accountKey",
       (SELECT jsonb_build_object('id', id, 'enabled', enabled, 'locked', locked, 'claims', claims, 'identifier', coalesce(identifier, id),
                                  'secret', secret, 'changedAt', changed_at) FROM candidate) AS candidate
  FROM subject
