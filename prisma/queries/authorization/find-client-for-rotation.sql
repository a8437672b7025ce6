-- $1 client id  $2 idempotency key
-- Whether the secret named by the key was made before, and until when the one before it stands.
SELECT c.authentication_method AS "authenticationMethod", c.assertion_algorithm AS "assertionAlgorithm",
       EXISTS (SELECT FROM client_secret s WHERE s.client_id = c.id AND s.id = $2::uuid) AS "rotatedBefore",
       (SELECT min(s.expires_at) FROM client_secret s WHERE s.client_id = c.id AND s.expires_at > now()) AS "previousExpiresAt"
  FROM client c
 WHERE c.id = $1
