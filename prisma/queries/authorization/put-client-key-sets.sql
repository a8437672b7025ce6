-- $1 JSON array of {clientId, source, keys}
-- Whatever was fetched before belongs to another source: the set may be fetched at once.
INSERT INTO client_key_set (client_id, source, keys)
SELECT "clientId", source, keys FROM jsonb_to_recordset($1::jsonb) AS given ("clientId" text, source text, keys jsonb)
ON CONFLICT (client_id) DO UPDATE
   SET source = excluded.source, keys = excluded.keys, fetched_at = NULL, attempted_at = NULL, failure = NULL
RETURNING client_id AS id
