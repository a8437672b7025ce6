-- $1 request_uri_hash  $2 client_id  $3 request  $4 lifetime in seconds
INSERT INTO pushed_authorization_request (request_uri_hash, client_id, request, expires_at)
VALUES ($1::bytea, $2::text, $3::jsonb, now() + make_interval(secs => $4::integer))
