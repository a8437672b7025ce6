-- Owner: device-ciba. What the columns mean stands in prisma/schema/device-ciba.prisma.

-- Browsers in which a person wants to be told that a request waits (RFC 8030).
CREATE TABLE push_subscription (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id    text NOT NULL,
  -- A browser is one person's: whoever enrolled it last.
  endpoint_hash bytea NOT NULL UNIQUE CHECK (octet_length(endpoint_hash) = 32),
  endpoint      text NOT NULL CHECK (length(endpoint) <= 2048),
  p256dh        bytea NOT NULL CHECK (octet_length(p256dh) = 65),
  auth_secret   bytea NOT NULL CHECK (octet_length(auth_secret) = 16),
  user_agent    text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX push_subscription_account_id_idx ON push_subscription (account_id);

-- What browsers are told of a request: a table of its own, because a request is told to several of them, and of every other kind
-- once. Leased, settled and found when due as every delivery is.
CREATE TABLE web_push_delivery (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  request_id      uuid NOT NULL REFERENCES backchannel_authentication_request (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- The record outlives the browser.
  subscription_id uuid NOT NULL,
  -- The person.
  lane            text NOT NULL,
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  claim_id        uuid,
  leased_until    timestamptz,
  next_at         timestamptz NOT NULL DEFAULT now(),
  answer          text,
  outcome         text CHECK (outcome IN ('delivered', 'given-up')),
  settled_at      timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  CHECK ((settled_at IS NULL) = (outcome IS NULL)),
  UNIQUE (request_id, subscription_id)
);
CREATE INDEX web_push_delivery_created_at_idx ON web_push_delivery (created_at);
CREATE INDEX web_push_delivery_open ON web_push_delivery (lane, next_at) WHERE settled_at IS NULL;
CREATE INDEX web_push_delivery_open_expiry ON web_push_delivery (expires_at) WHERE settled_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON push_subscription, web_push_delivery TO tessera_device_ciba;
