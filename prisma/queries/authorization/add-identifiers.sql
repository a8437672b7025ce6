-- $1 JSON array of {accountId, kind, value}
-- An identifier of another account is an error of its own (23505): who got here has looked before, in the same turn.
INSERT INTO account_identifier (kind, value, account_id)
SELECT given.kind, given.value, given."accountId"
  FROM jsonb_to_recordset($1::jsonb) AS given ("accountId" text, kind text, value text)
 WHERE NOT EXISTS (SELECT FROM account_identifier i WHERE i.kind = given.kind AND i.value = given.value AND i.account_id = given."accountId")
RETURNING account_id AS id
