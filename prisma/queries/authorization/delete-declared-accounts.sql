-- $1 account ids
-- Identifiers, credentials, sessions, consents and grants go with them; what was issued for a grant that is gone counts no more.
DELETE FROM account WHERE id = ANY ($1::text[]) AND managed_by = 'file' RETURNING id
