-- $1 client ids
DELETE FROM client_key_set WHERE client_id = ANY ($1::text[]) RETURNING client_id AS id
