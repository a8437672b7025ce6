-- $1 client id  $2 claim  $3 why, in words
-- The keys stay (OUT-5).
UPDATE client_key_set SET failure = $3 WHERE client_id = $1 AND attempted_at = $2::timestamptz RETURNING client_id AS id
