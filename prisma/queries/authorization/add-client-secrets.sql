-- $1 JSON array of {rowId, clientId, digest, sealed, sealingKid}; exactly one of digest and sealed
INSERT INTO client_secret (id, client_id, digest, sealed, sealing_kid)
SELECT "rowId", "clientId", digest, sealed, "sealingKid"
  FROM jsonb_to_recordset($1::jsonb) AS given ("rowId" uuid, "clientId" text, digest text, sealed text, "sealingKid" text)
RETURNING client_id AS id
