-- $1 client id  $2 seconds between two fetches  $3 seconds a fetch without a result is taken to be under way
-- OUT-5: of all replicas that ask, this statement lets one through in each interval. What the others get is explained by the
-- second part, from before the update: who saw a row that could be claimed and did not get it met somebody who just did.
-- The failure is set whatever stood there: it is how a claim without a result is told from one that failed.
WITH claimed AS (
  UPDATE client_key_set k
     SET attempted_at = now(), failure = 'the fetch is under way, or was interrupted'
    FROM client c
   WHERE k.client_id = $1 AND c.id = k.client_id AND k.source = 'uri' AND c.jwks_uri IS NOT NULL
     AND (k.attempted_at IS NULL OR k.attempted_at < now() - make_interval(secs => $2::float8))
  RETURNING c.jwks_uri, k.attempted_at)
SELECT CASE WHEN claimed.jwks_uri IS NOT NULL THEN 'claimed'
            WHEN c.jwks_uri IS NULL THEN 'no_uri'
            WHEN k.source = 'uri'
                 AND (k.attempted_at IS NULL
                      OR k.attempted_at < now() - make_interval(secs => $2::float8)
                      OR (k.attempted_at > now() - make_interval(secs => $3::float8)
                          AND k.failure = 'the fetch is under way, or was interrupted')) THEN 'under_way'
            ELSE 'too_soon'
       END AS outcome,
       claimed.jwks_uri AS "jwksUri", claimed.attempted_at::text AS claim
  FROM client c
  LEFT JOIN client_key_set k ON k.client_id = c.id
  LEFT JOIN claimed ON true
 WHERE c.id = $1
