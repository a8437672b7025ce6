-- Owner: authorization. What the columns mean stands in prisma/schema/authorization.prisma.

CREATE TABLE logout_delivery (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  client_id    text NOT NULL REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  subject      text NOT NULL,
  sid          text NOT NULL,
  attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  claim_id     uuid,
  leased_until timestamptz,
  next_at      timestamptz NOT NULL DEFAULT now(),
  answer       text,
  outcome      text CHECK (outcome IN ('delivered', 'given-up')),
  settled_at   timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- A client that was away for a day has lost its own sessions, or checks them.
  expires_at   timestamptz NOT NULL DEFAULT now() + interval '1 day',
  CHECK ((settled_at IS NULL) = (outcome IS NULL)),
  UNIQUE (sid, client_id)
);
CREATE INDEX logout_delivery_client_id_idx ON logout_delivery (client_id);
CREATE INDEX logout_delivery_created_at_idx ON logout_delivery (created_at);
-- What is due, client by client; and what has to be closed or cleared away.
CREATE INDEX logout_delivery_open ON logout_delivery (client_id, next_at) WHERE settled_at IS NULL;
CREATE INDEX logout_delivery_open_expiry ON logout_delivery (expires_at) WHERE settled_at IS NULL;
CREATE INDEX logout_delivery_settled ON logout_delivery (settled_at) WHERE settled_at IS NOT NULL;

-- Back-Channel Logout §2.2: the clients that were logged in in a session learn of its end. Here and not in each statement that ends
-- a session, so that none of them can forget it; and because a grant that was just being made while the session ended is seen
-- here: each statement of this function looks anew, after the session's row was locked.
CREATE FUNCTION write_logout_deliveries() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO logout_delivery (client_id, subject, sid)
  SELECT DISTINCT ON (g.client_id) g.client_id, g.subject, OLD.sid
    FROM authorization_grant g
    JOIN client c ON c.id = g.client_id
   WHERE g.session_id = OLD.id
     AND g.authority -> 'scope' ? 'openid'
     AND c.registration ->> 'backchannelLogoutUri' IS NOT NULL
   ORDER BY g.client_id, g.created_at DESC
  ON CONFLICT (sid, client_id) DO NOTHING;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
REVOKE ALL ON FUNCTION write_logout_deliveries() FROM PUBLIC;

CREATE TRIGGER session_ended AFTER UPDATE OF ended_at ON session
  FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION write_logout_deliveries();
-- With its account. Before the row goes, because its grants forget it then. A session that ran out is cleared away in silence.
CREATE TRIGGER session_deleted BEFORE DELETE ON session
  FOR EACH ROW WHEN (OLD.ended_at IS NULL AND OLD.idle_expires_at > now() AND OLD.expires_at > now()) EXECUTE FUNCTION write_logout_deliveries();

GRANT SELECT, INSERT, UPDATE, DELETE ON logout_delivery TO tessera_authorization;
