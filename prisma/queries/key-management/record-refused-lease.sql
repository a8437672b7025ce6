-- $1 service  $2 instance  $3 nkey  $4 purposes  $5 why
-- Once an hour for the same refusal, so that whoever keeps asking does not fill the table.
INSERT INTO lease_audit (service, instance, nkey, purposes, kids, outcome)
SELECT $1::text, $2::text, $3::text, $4::text[], '{}', $5::text
 WHERE NOT EXISTS (SELECT FROM lease_audit a
                    WHERE a.at > now() - interval '1 hour' AND a.service = $1::text AND a.instance = $2::text
                      AND a.nkey = $3::text AND a.outcome = $5::text)
