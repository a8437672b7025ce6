-- $1 JSON array of {id, enabled, claims}  $2 who manages them
-- A row of another manager is left alone; who wrote learns of it by the missing id.
INSERT INTO account AS stored (id, enabled, claims, managed_by)
SELECT id, enabled, claims || jsonb_build_object('updated_at', floor(extract(epoch FROM now()))::bigint), $2
  FROM jsonb_to_recordset($1::jsonb) AS given (id text, enabled boolean, claims jsonb)
ON CONFLICT (id) DO UPDATE
   SET enabled = excluded.enabled, claims = excluded.claims, updated_at = now()
 WHERE stored.managed_by = excluded.managed_by
RETURNING id
