-- $1 account id  $2 stored form
INSERT INTO credential (account_id, kind, secret) VALUES ($1, 'password', $2)
ON CONFLICT (account_id, kind) DO UPDATE SET secret = excluded.secret, changed_at = now()
RETURNING account_id AS id
