-- $1 account ids  $2 JSON array of {accountId, kind, value}: what they are to sign in with
DELETE FROM account_identifier i
 WHERE i.account_id = ANY ($1::text[]) AND i.kind IN ('username', 'email')
   AND NOT EXISTS (SELECT FROM jsonb_to_recordset($2::jsonb) AS given ("accountId" text, kind text, value text)
                    WHERE given."accountId" = i.account_id AND given.kind = i.kind AND given.value = i.value)
RETURNING account_id AS id
