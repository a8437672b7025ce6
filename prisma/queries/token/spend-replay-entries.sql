-- $1 last second at which each may be presented  $2 digest of each
-- Returns the digests that were not known before: their presenters are the one that may go on. What is past by the database's
-- clock is not taken, so that nobody gets in after a bucket was emptied; nor what lies so far ahead that its bucket may be
-- emptied before its time. Sorted, so that two batches with the same entries cannot wait for each other.
INSERT INTO replay_ledger (bucket, digest)
SELECT expiry / 300 % 8, digest
  FROM unnest($1::bigint[], $2::bytea[]) AS presented (expiry, digest)
 WHERE expiry >= extract(epoch FROM now()) - 1 AND expiry < extract(epoch FROM now()) + 600
 ORDER BY 1, 2
ON CONFLICT (bucket, digest) DO NOTHING
RETURNING digest
