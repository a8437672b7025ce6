-- What the world may know: the public part of every key that verifies or is sealed to.
SELECT kid, purpose, algorithm, state, public_jwk AS "publicJwk"
  FROM key
 WHERE public_jwk IS NOT NULL AND state IN ('published', 'active', 'retiring')
 ORDER BY created_at, kid
