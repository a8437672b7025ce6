-- Owner: token. What the columns mean stands in prisma/schema/token.prisma.

CREATE TABLE refresh_family (
  id               uuid PRIMARY KEY,
  -- One family for one grant: what ends the family ends every token of the grant.
  grant_id         uuid NOT NULL UNIQUE,
  client_id        text NOT NULL,
  user_grant       jsonb NOT NULL,
  confirmation     jsonb,
  generation       integer NOT NULL DEFAULT 0 CHECK (generation >= 0),
  rotated_at       timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  idle_expires_at  timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  revoked_at       timestamptz,
  revoke_reason    text,
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);
CREATE INDEX refresh_family_expires_at_idx ON refresh_family (expires_at);

CREATE TABLE refresh_generation (
  token_hash     bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  family_id      uuid NOT NULL REFERENCES refresh_family (id) ON DELETE CASCADE ON UPDATE CASCADE,
  generation     integer NOT NULL,
  -- The key this handle was derived with; null for the first, which is random.
  derivation_kid text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (family_id, generation)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_family, refresh_generation TO tessera_token;
