-- $1 id  $2 name  $3 SHA-256 of the token  $4 registrations it is good for  $5 seconds it lives  $6 actor kind  $7 actor name
-- The id comes with the message: the same message again finds the row it made.
WITH made AS (
  INSERT INTO initial_access_token (id, name, token_digest, uses_max, expires_at)
  VALUES ($1::uuid, $2, $3, $4::integer, now() + make_interval(secs => $5::float8))
  ON CONFLICT (id) DO NOTHING
  RETURNING id, expires_at),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT $6, $7, 'initial-access-token.created', id::text, jsonb_build_object('name', $2::text, 'uses', $4::integer) FROM made)
SELECT expires_at AS "expiresAt" FROM made
UNION ALL
SELECT expires_at FROM initial_access_token WHERE id = $1::uuid
