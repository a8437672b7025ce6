-- $1 client ids
-- Secrets and keys go with them.
DELETE FROM client WHERE id = ANY ($1::text[]) AND managed_by = 'file' RETURNING id
