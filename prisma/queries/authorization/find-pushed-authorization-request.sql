-- $1 request_uri_hash  $2 client_id
-- The client's own, neither expired by the database's clock nor spent (PAR-3). Looking spends nothing: the transaction that ends
-- its one authorization does.
SELECT request
  FROM pushed_authorization_request
 WHERE request_uri_hash = $1::bytea AND client_id = $2::text AND expires_at > now() AND spent_at IS NULL
