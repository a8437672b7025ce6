-- $1 JSON array of {rowId, clientId, digest, sealed, sealingKid}; exactly one of digest and sealed
-- Not the time the transaction began: of two that waited for their turn the later one is the newer secret.
INSERT INTO client_secret (id, client_id, digest, sealed, sealing_kid, created_at)
SELECT "rowId", "clientId", digest, sealed, "sealingKid", clock_timestamp()
  FROM jsonb_to_recordset($1::jsonb) AS given ("rowId" uuid, "clientId" text, digest text, sealed text, "sealingKid" text)
RETURNING client_id AS id
