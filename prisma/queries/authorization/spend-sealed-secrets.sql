-- $1 purpose  $2 JSON array of {requestId, expiresAt}, seconds since the epoch
-- Decision 8: each is opened once. What does not come back was opened before.
INSERT INTO opened_secret (request_id, purpose, expires_at)
SELECT "requestId", $1, to_timestamp("expiresAt")
  FROM jsonb_to_recordset($2::jsonb) AS given ("requestId" text, "expiresAt" double precision)
ON CONFLICT DO NOTHING
RETURNING request_id AS "requestId"
