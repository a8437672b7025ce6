-- $1 purpose  $2 request ids
SELECT request_id AS "requestId" FROM opened_secret WHERE purpose = $1 AND request_id = ANY ($2::text[])
