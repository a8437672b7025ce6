-- $1 interaction id  $2 step  $3 account id  $4 detail
INSERT INTO interaction_step (interaction_id, step, account_id, detail)
SELECT id, $2, $3, $4::jsonb FROM interaction WHERE id = $1::uuid AND ended_at IS NULL AND expires_at > now()
ON CONFLICT (interaction_id, step) DO UPDATE SET account_id = excluded.account_id, detail = excluded.detail, done_at = now()
RETURNING interaction_id
