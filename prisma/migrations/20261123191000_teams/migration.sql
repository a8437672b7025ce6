-- Owner: authorization. What the columns mean stands in prisma/schema/authorization.prisma.

CREATE TABLE team (
  name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{1,31}$'),
  nkeys      text[] NOT NULL CHECK (cardinality(nkeys) BETWEEN 1 AND 4),
  client_ids text[] NOT NULL,
  rights     text[] NOT NULL CHECK (rights <@ ARRAY['start', 'read', 'decide', 'cancel']),
  managed_by text NOT NULL CHECK (managed_by IN ('file', 'registration', 'api')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- device-ciba reads it with each request of a team (decision 42): a right that was taken away ends with the next one.
GRANT SELECT, INSERT, UPDATE, DELETE ON team TO tessera_authorization;
GRANT SELECT ON team TO tessera_device_ciba;
