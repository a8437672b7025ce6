-- $1 client ids
DELETE FROM client_secret WHERE client_id = ANY ($1::text[]) RETURNING client_id AS id
