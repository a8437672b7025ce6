-- $1 how many at most
-- Somebody signed in with the client: it is in use from now on, whatever becomes of that grant.
UPDATE client_registration
   SET used_at = now()
 WHERE client_id IN (
   SELECT r.client_id FROM client_registration r
    WHERE r.used_at IS NULL AND EXISTS (SELECT FROM authorization_grant g WHERE g.client_id = r.client_id)
    ORDER BY r.issued_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING client_id AS id
