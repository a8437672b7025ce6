-- $1 JSON array of {clientId, overlapSeconds}; 0 or null: the secrets before end now
-- CLI-3: at most two secrets are valid, so only the newest of those before may overlap with the one that is coming, and never
-- longer than it had. Expired ones go too. One row for each client whose secret goes on.
WITH given AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS one ("clientId" text, "overlapSeconds" integer)),
held AS (
  SELECT s.id, given."overlapSeconds",
         (s.expires_at IS NULL OR s.expires_at > now())
           AND row_number() OVER (PARTITION BY s.client_id ORDER BY s.created_at DESC, s.id) = 1
           AND coalesce(given."overlapSeconds", 0) > 0 AS goes_on
    FROM client_secret s JOIN given ON given."clientId" = s.client_id),
ended AS (
  DELETE FROM client_secret s USING held WHERE s.id = held.id AND NOT held.goes_on)
UPDATE client_secret s
   SET expires_at = least(s.expires_at, now() + make_interval(secs => held."overlapSeconds"))
  FROM held
 WHERE s.id = held.id AND held.goes_on
RETURNING s.client_id AS "clientId", s.expires_at AS "expiresAt"
