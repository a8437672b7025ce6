-- $1 id  $2 SHA-256 of the handle  $3 SHA-256 of the browser cookie, or null  $4 purpose  $5 client id  $6 request
-- $7 SHA-256 of the request_uri, or null  $8 session id, or null  $9 seconds it lives
INSERT INTO interaction (id, handle_hash, browser_hash, purpose, client_id, request, pushed_request_hash, session_id, expires_at)
VALUES ($1::uuid, $2, $3, $4, $5, $6::jsonb, $7, $8::uuid, now() + make_interval(secs => $9::float8))
