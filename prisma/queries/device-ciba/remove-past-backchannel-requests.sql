-- $1 how many at most
-- For a day an auth_req_id that comes again is known, and said to be expired or used; and a signed request cannot come again, whose
-- life is an hour (CIB-11). Its deliveries go with it.
DELETE FROM backchannel_authentication_request
 WHERE id IN (SELECT id FROM backchannel_authentication_request WHERE expires_at < now() - interval '1 day' ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
