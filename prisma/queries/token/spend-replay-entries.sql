-- $1 last second at which each may be presented  $2 digest of each
-- Returns `spent` for the digests that were not known before: their presenters are the ones that may go on. What is past by the
-- database's clock is not taken, so that nobody gets in after a bucket was emptied; nor what lies so far ahead (`beyond`) that
-- its bucket may be emptied before its time. Both are said by their place in the arrays. Of what was known before nothing is
-- said.
-- Sorted, so that two batches with the same entries cannot wait for each other.
WITH presented AS MATERIALIZED (
  SELECT expiry, digest, place,
         CASE WHEN expiry < extract(epoch FROM now()) - 1 THEN 'past'
              WHEN expiry >= extract(epoch FROM now()) + 600 THEN 'beyond'
         END AS outside
    FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS given (expiry, digest, place)
), taken AS (
  INSERT INTO replay_ledger (bucket, digest)
  SELECT expiry / 300 % 8, digest FROM presented WHERE outside IS NULL ORDER BY 1, 2
  ON CONFLICT (bucket, digest) DO NOTHING
  RETURNING digest
)
SELECT digest, NULL::float8 AS place, 'spent' AS outcome FROM taken
UNION ALL
SELECT NULL, place::float8, outside FROM presented WHERE outside IS NOT NULL
