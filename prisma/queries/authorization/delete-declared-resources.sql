-- $1 identifiers
DELETE FROM resource WHERE identifier = ANY ($1::text[]) AND managed_by = 'file' RETURNING identifier AS id
