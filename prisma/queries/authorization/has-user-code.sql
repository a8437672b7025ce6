-- $1 account id
SELECT EXISTS (SELECT FROM credential WHERE account_id = $1 AND kind = 'user-code') AS "userCode"
