-- Owner: authorization. What the columns mean stands in prisma/schema/authorization.prisma.

CREATE TABLE initial_access_token (
  id           uuid PRIMARY KEY,
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  token_digest bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
  uses_max     integer NOT NULL CHECK (uses_max > 0),
  uses         integer NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  CHECK (uses BETWEEN 0 AND uses_max)
);
CREATE INDEX initial_access_token_expires_at_idx ON initial_access_token (expires_at);

CREATE TABLE client_registration (
  client_id               text PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  access_token_digest     bytea NOT NULL CHECK (octet_length(access_token_digest) = 32),
  initial_access_token_id uuid REFERENCES initial_access_token (id) ON DELETE SET NULL ON UPDATE CASCADE,
  kept                    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(kept) = 'object'),
  issued_at               timestamptz NOT NULL DEFAULT now(),
  used_at                 timestamptz
);
CREATE INDEX client_registration_initial_access_token_id_idx ON client_registration (initial_access_token_id);
-- The few whose end may come: a client that is in use is in none of these.
CREATE INDEX client_registration_unused ON client_registration (issued_at) WHERE used_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON initial_access_token, client_registration TO tessera_authorization;
