-- $1 names
DELETE FROM team WHERE name = ANY ($1::text[]) AND managed_by = 'file' RETURNING name AS id
