-- $1 purposes  $2 service  $3 instance  $4 nkey
-- KEY-5: a lease is given from this read and never from memory. The same lease of the same process is recorded once an hour.
WITH given AS (
  SELECT kid, purpose, algorithm, state, key_encryption_key, wrapped_data_key, sealed_private
    FROM key
   WHERE purpose = ANY ($1::text[])
     AND (state = 'active' OR (purpose <> 'sign' AND state IN ('published', 'retiring')))
), lease AS (
  SELECT $2::text AS service, $3::text AS instance, $4::text AS nkey, $1::text[] AS purposes,
         coalesce((SELECT array_agg(kid ORDER BY kid) FROM given), '{}') AS kids
), audited AS (
  INSERT INTO lease_audit (service, instance, nkey, purposes, kids, outcome)
  SELECT service, instance, nkey, purposes, kids, 'leased' FROM lease l
   WHERE NOT EXISTS (SELECT FROM lease_audit a
                      WHERE a.at > now() - interval '1 hour' AND a.service = l.service AND a.instance = l.instance
                        AND a.nkey = l.nkey AND a.purposes = l.purposes AND a.kids = l.kids AND a.outcome = 'leased')
)
SELECT kid, purpose, algorithm, state, key_encryption_key AS "keyEncryptionKey",
       wrapped_data_key AS "wrappedDataKey", sealed_private AS "sealedPrivate"
  FROM given
 ORDER BY kid
