-- $1 rows at most
-- A request that was brought in time goes on in its interaction, which still has to spend this row (PAR-3): it stays as long as
-- an interaction may take, and a minute more.
DELETE FROM pushed_authorization_request
 WHERE request_uri_hash IN (SELECT request_uri_hash FROM pushed_authorization_request
                             WHERE expires_at < now() - interval '61 minutes' ORDER BY expires_at LIMIT $1::integer)
RETURNING client_id
