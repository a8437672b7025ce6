-- Owner: device-ciba, the service and its worker. What the columns mean stands in prisma/schema/device-ciba.prisma.

CREATE TABLE backchannel_authentication_request (
  id                 uuid PRIMARY KEY,
  -- Both handles are derived from the id (decision 13): this is what they are found by.
  auth_req_id_hash   bytea NOT NULL UNIQUE CHECK (octet_length(auth_req_id_hash) = 32),
  approval_hash      bytea NOT NULL UNIQUE CHECK (octet_length(approval_hash) = 32),
  kid                text NOT NULL,
  client_id          text NOT NULL,
  account_id         text NOT NULL,
  authority          jsonb NOT NULL,
  acr_values         text[] NOT NULL DEFAULT '{}',
  binding_message    text,
  delivery_mode      text NOT NULL CHECK (delivery_mode IN ('poll', 'ping', 'push')),
  -- Sealed in device-ciba: a dump tells nobody how to call a client in our name.
  notification_token bytea,
  long_polling       boolean NOT NULL DEFAULT false,
  number             integer,
  choices            integer[],
  -- SHA-256 of the `jti` of a signed request: used once (CIB-11).
  jti_hash           bytea CHECK (octet_length(jti_hash) = 32),
  confirmation       jsonb,
  source_address     text NOT NULL DEFAULT '',
  -- What has expired is judged by `expires_at`; the state follows when somebody tidies.
  state              text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'denied', 'redeemed', 'expired', 'cancelled')),
  interval_seconds   integer NOT NULL CHECK (interval_seconds > 0),
  -- Of the last poll that kept to the interval: one that came too early does not move it.
  polled_at          timestamptz,
  poll_id            uuid,
  poll_too_soon      boolean NOT NULL DEFAULT false,
  -- The poll that began at `polled_at` is still held by the gateway.
  poll_held          boolean NOT NULL DEFAULT false,
  grant_id           uuid,
  created_at         timestamptz NOT NULL DEFAULT now(),
  expires_at         timestamptz NOT NULL,
  decided_at         timestamptz,
  redeemed_at        timestamptz,
  redemption_id      uuid,
  CHECK ((number IS NULL) = (choices IS NULL)),
  CHECK (delivery_mode = 'poll' OR notification_token IS NOT NULL),
  CHECK ((redeemed_at IS NULL) = (redemption_id IS NULL)),
  CHECK ((state = 'redeemed') = (redeemed_at IS NOT NULL)),
  CHECK (state NOT IN ('approved', 'redeemed') OR grant_id IS NOT NULL),
  CHECK (state NOT IN ('approved', 'denied', 'redeemed') OR decided_at IS NOT NULL),
  UNIQUE (client_id, jti_hash)
);
CREATE INDEX backchannel_authentication_request_expires_at_idx ON backchannel_authentication_request (expires_at);
-- For a person's inbox, and for the cap on what waits for one person (CIB-4).
CREATE INDEX backchannel_authentication_request_pending ON backchannel_authentication_request (account_id, expires_at) WHERE state = 'pending';
-- What still has to be recorded as expired.
CREATE INDEX backchannel_authentication_request_open ON backchannel_authentication_request (expires_at) WHERE state IN ('pending', 'approved');

-- Requests that were begun, by whom they were for and by whom they were from (CIB-4): a counter that a restart forgets is none.
CREATE TABLE backchannel_start (
  kind        text NOT NULL CHECK (kind IN ('person', 'client')),
  key         text NOT NULL,
  starts      integer NOT NULL CHECK (starts >= 0),
  window_ends timestamptz NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX backchannel_start_window_ends_idx ON backchannel_start (window_ends);

-- Clients a person does not want to be asked by (CIB-4).
CREATE TABLE silenced_client (
  account_id text NOT NULL,
  client_id  text NOT NULL,
  silenced_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, client_id)
);

-- What has to be told: to the client what became of its request (ping, push), to the person that one waits (email, webhook). Written with the
-- fact it is about (CIB-6); leased, settled and found when due as every delivery is.
CREATE TABLE backchannel_delivery (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind         text NOT NULL CHECK (kind IN ('ping', 'push', 'email', 'webhook')),
  request_id   uuid NOT NULL REFERENCES backchannel_authentication_request (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- Whom it goes to: the client, or the person. Deliveries of one wait for each other, never for another's.
  lane         text NOT NULL,
  -- An address of the person; null where the client's registration says where it goes.
  recipient    text,
  -- The finished body of a push, sealed: said again it is the same (CIB-7).
  body         bytea,
  attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  claim_id     uuid,
  leased_until timestamptz,
  next_at      timestamptz NOT NULL DEFAULT now(),
  answer       text,
  outcome      text CHECK (outcome IN ('delivered', 'given-up')),
  settled_at   timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  CHECK ((settled_at IS NULL) = (outcome IS NULL)),
  UNIQUE (request_id, kind)
);
CREATE INDEX backchannel_delivery_kind_created_at_idx ON backchannel_delivery (kind, created_at);
CREATE INDEX backchannel_delivery_open ON backchannel_delivery (kind, lane, next_at) WHERE settled_at IS NULL;
CREATE INDEX backchannel_delivery_open_expiry ON backchannel_delivery (expires_at) WHERE settled_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON backchannel_authentication_request, backchannel_start, silenced_client, backchannel_delivery TO tessera_device_ciba;

-- Owner: authorization. A user code is a secret of its own: clients hear it (CIBA Core §7.1), so it is never the password.
ALTER TABLE credential
  DROP CONSTRAINT credential_kind_check,
  ADD CONSTRAINT credential_kind_check CHECK (kind IN ('password', 'user-code'));
