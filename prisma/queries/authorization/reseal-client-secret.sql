-- $1 id  $2 sealed value as read  $3 the same secret sealed anew  $4 kid it is sealed to
-- Of two replicas one wins; a secret that was replaced meanwhile stays as it is.
UPDATE client_secret SET sealed = $3, sealing_kid = $4 WHERE id = $1::uuid AND sealed = $2 RETURNING id
