-- Owner: authorization. Clients that registered themselves go again, many at a time, and with them what refers to them; an update of
-- such a client forgets what people agreed to before.
CREATE INDEX consent_client_id_idx ON consent (client_id);
CREATE INDEX pushed_authorization_request_client_id_idx ON pushed_authorization_request (client_id);
