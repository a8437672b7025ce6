-- $1 delivery id  $2 attempt  $3 claim id  $4 seconds of the lease
-- One claim of each attempt, and only while it is due. The attempt is counted with the claim: who dies with it has used it up. The
-- same claim is given the same row again while its lease lasts. Where it goes and how it is signed is read from the client now.
UPDATE logout_delivery d
   SET attempts = $2, claim_id = $3::uuid, leased_until = now() + make_interval(secs => $4::float8), next_at = now() + make_interval(secs => $4::float8)
  FROM client c
 WHERE d.id = $1::uuid AND c.id = d.client_id AND d.settled_at IS NULL AND d.expires_at > now()
   AND ((d.attempts = $2::integer - 1 AND d.next_at <= now())
        OR (d.attempts = $2::integer AND d.claim_id = $3::uuid AND d.leased_until > now()))
RETURNING d.id, d.client_id AS "clientId", d.subject, d.sid, c.registration
