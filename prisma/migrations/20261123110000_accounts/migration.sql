-- Owner: authorization. What the columns mean stands in prisma/schema/authorization.prisma.

ALTER TABLE client ADD COLUMN registration jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(registration) = 'object');

CREATE TABLE account (
  id         text PRIMARY KEY CHECK (id ~ '^usr_[A-Za-z0-9_-]{22}$'),
  enabled    boolean NOT NULL DEFAULT true,
  locked_at  timestamptz,
  claims     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(claims) = 'object'),
  managed_by text NOT NULL CHECK (managed_by IN ('file', 'registration', 'api')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE account_identifier (
  kind       text NOT NULL CHECK (kind IN ('username', 'email', 'phone_number')),
  value      text NOT NULL CHECK (char_length(value) BETWEEN 1 AND 256),
  account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, value)
);
CREATE INDEX account_identifier_account_id_idx ON account_identifier (account_id);

CREATE TABLE credential (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('password')),
  secret     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, kind)
);

CREATE TABLE external_identity (
  issuer     text NOT NULL,
  subject    text NOT NULL,
  account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identity_account_id_idx ON external_identity (account_id);

CREATE TABLE sign_in_failure (
  kind          text NOT NULL CHECK (kind IN ('account', 'source')),
  key_hash      bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  attempts      integer NOT NULL,
  window_ends   timestamptz NOT NULL,
  blocked_until timestamptz,
  PRIMARY KEY (kind, key_hash)
);
CREATE INDEX sign_in_failure_window_ends_idx ON sign_in_failure (window_ends);

CREATE TABLE opened_secret (
  request_id text NOT NULL,
  purpose    text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, purpose)
);
CREATE INDEX opened_secret_expires_at_idx ON opened_secret (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON account, account_identifier, credential, external_identity, sign_in_failure TO tessera_authorization;
GRANT SELECT, INSERT, DELETE ON opened_secret TO tessera_authorization;
