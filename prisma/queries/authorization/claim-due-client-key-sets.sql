-- $1 how many at most  $2 client ids whose keys are not fresh any more  $3 seconds keys are fresh  $4 seconds between two fetches
-- $5 seconds until a failed fetch is tried again
-- The failure marks a claim without a result, as in claim-client-key-set.
-- SKIP LOCKED: another replica that claims at this moment takes other rows.
UPDATE client_key_set k
   SET attempted_at = now(), failure = 'the fetch is under way, or was interrupted'
  FROM client c
 WHERE c.id = k.client_id AND c.jwks_uri IS NOT NULL
   AND k.client_id IN (
     SELECT client_id
       FROM client_key_set
      WHERE source = 'uri'
        AND (attempted_at IS NULL OR attempted_at < now() - make_interval(secs => $4::float8))
        AND (attempted_at IS NULL
             OR client_id = ANY ($2::text[])
             OR (failure IS NOT NULL AND attempted_at < now() - make_interval(secs => $5::float8))
             OR (failure IS NULL AND attempted_at < now() - make_interval(secs => $3::float8)))
      ORDER BY attempted_at NULLS FIRST
      LIMIT $1::integer
        FOR UPDATE SKIP LOCKED)
RETURNING k.client_id AS "clientId", c.jwks_uri AS "jwksUri", k.attempted_at::text AS claim
