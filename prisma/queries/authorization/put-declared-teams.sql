-- $1 JSON array of teams
-- A row of another manager is left alone; who wrote learns of it by the missing id.
INSERT INTO team AS stored (name, nkeys, client_ids, rights, managed_by)
SELECT name, nkeys, "clientIds", rights, 'file'
  FROM jsonb_to_recordset($1::jsonb) AS given (name text, nkeys text[], "clientIds" text[], rights text[])
ON CONFLICT (name) DO UPDATE
   SET nkeys = excluded.nkeys, client_ids = excluded.client_ids, rights = excluded.rights, updated_at = now()
 WHERE stored.managed_by = 'file'
RETURNING name AS id
