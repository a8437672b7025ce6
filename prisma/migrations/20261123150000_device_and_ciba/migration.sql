-- Owner: device-ciba, the service and its worker. What the columns mean stands in prisma/schema/device-ciba.prisma.

CREATE TABLE device_authorization (
  id               uuid PRIMARY KEY,
  device_code_hash bytea NOT NULL UNIQUE CHECK (octet_length(device_code_hash) = 32),
  -- Unique among all rows there are, and so among the live ones (DEV-1); rows go a day after their end.
  user_code        text NOT NULL UNIQUE,
  client_id        text NOT NULL,
  request          jsonb NOT NULL,
  confirmation     jsonb,
  source_address   text NOT NULL DEFAULT '',
  -- The address as it is counted: of IPv6 its /64.
  source_network   text NOT NULL DEFAULT '',
  -- What has expired is judged by `expires_at`; the state follows when somebody tidies.
  state            text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'denied', 'redeemed', 'expired', 'cancelled')),
  interval_seconds integer NOT NULL CHECK (interval_seconds > 0),
  -- Of the last poll that kept to the interval: one that came too early does not move it (RFC 8628 §3.5).
  polled_at        timestamptz,
  -- The last poll and its answer, so that a message that comes twice is one poll.
  poll_id          uuid,
  poll_too_soon    boolean NOT NULL DEFAULT false,
  account_id       text,
  grant_id         uuid,
  created_at       timestamptz NOT NULL DEFAULT now(),
  expires_at       timestamptz NOT NULL,
  decided_at       timestamptz,
  redeemed_at      timestamptz,
  redemption_id    uuid,
  CHECK ((redeemed_at IS NULL) = (redemption_id IS NULL)),
  CHECK ((state = 'redeemed') = (redeemed_at IS NOT NULL)),
  CHECK (state NOT IN ('approved', 'redeemed') OR (grant_id IS NOT NULL AND account_id IS NOT NULL)),
  CHECK (state NOT IN ('approved', 'denied', 'redeemed') OR decided_at IS NOT NULL)
);
CREATE INDEX device_authorization_expires_at_idx ON device_authorization (expires_at);
-- For those whose end is still to be recorded.
CREATE INDEX device_authorization_open ON device_authorization (expires_at) WHERE state IN ('pending', 'approved');
-- For the caps on what one client, and one source, may have waiting (DEV-7).
CREATE INDEX device_authorization_pending ON device_authorization (client_id, expires_at) WHERE state = 'pending';
CREATE INDEX device_authorization_pending_of_source ON device_authorization (source_network, expires_at) WHERE state = 'pending';

-- Wrong user codes, by who typed them (DEV-2): here, because a counter that a restart forgets is none.
CREATE TABLE user_code_failure (
  kind        text NOT NULL CHECK (kind IN ('browser', 'source', 'account')),
  key_hash    bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  failures    integer NOT NULL CHECK (failures >= 0),
  window_ends timestamptz NOT NULL,
  PRIMARY KEY (kind, key_hash)
);
CREATE INDEX user_code_failure_window_ends_idx ON user_code_failure (window_ends);

GRANT SELECT, INSERT, UPDATE, DELETE ON device_authorization, user_code_failure TO tessera_device_ciba;

-- Owner: authorization. A person who follows a user code answers pages as at the authorization endpoint.
ALTER TABLE interaction
  DROP CONSTRAINT interaction_purpose_check,
  ADD CONSTRAINT interaction_purpose_check CHECK (purpose IN ('authorization', 'logout', 'account', 'device'));
