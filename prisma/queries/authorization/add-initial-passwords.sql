-- $1 JSON array of {id, secret}
-- Only for accounts without one.
INSERT INTO credential (account_id, kind, secret)
SELECT id, 'password', secret FROM jsonb_to_recordset($1::jsonb) AS given (id text, secret text)
ON CONFLICT (account_id, kind) DO NOTHING
RETURNING account_id AS id
