-- Owner: authorization. What the columns mean stands in prisma/schema/authorization.prisma.

CREATE TABLE client (
  id                            text PRIMARY KEY CHECK (char_length(id) BETWEEN 1 AND 128),
  name                          text NOT NULL,
  enabled                       boolean NOT NULL DEFAULT true,
  profile                       text NOT NULL DEFAULT 'openid' CHECK (profile IN ('openid', 'fapi1-advanced', 'fapi2', 'fapi-ciba')),
  authentication_method         text NOT NULL CHECK (authentication_method IN
                                  ('client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none')),
  assertion_algorithm           text,
  grant_types                   text[] NOT NULL,
  scope                         text[] NOT NULL,
  resources                     text[] NOT NULL,
  default_resource              text,
  access_token_lifetime_seconds integer CHECK (access_token_lifetime_seconds > 0),
  jwks_uri                      text,
  managed_by                    text NOT NULL CHECK (managed_by IN ('file', 'registration', 'api')),
  created_at                    timestamptz NOT NULL DEFAULT now(),
  updated_at                    timestamptz NOT NULL DEFAULT now(),
  -- CLI-4: exactly the methods that take an assertion name its algorithm.
  CHECK ((assertion_algorithm IS NOT NULL) = (authentication_method IN ('client_secret_jwt', 'private_key_jwt')))
);

CREATE TABLE client_secret (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  client_id   text NOT NULL REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  digest      text CHECK (char_length(digest) = 43),
  sealed      text,
  sealing_kid text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz,
  CHECK (num_nonnulls(digest, sealed) = 1),
  CHECK ((sealed IS NULL) = (sealing_kid IS NULL))
);
CREATE INDEX client_secret_client_id_idx ON client_secret (client_id);

CREATE TABLE client_key_set (
  client_id    text PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  keys         jsonb NOT NULL CHECK (jsonb_typeof(keys) = 'array'),
  source       text NOT NULL CHECK (source IN ('value', 'uri')),
  fetched_at   timestamptz,
  attempted_at timestamptz,
  failure      text,
  CHECK (source = 'uri' OR fetched_at IS NULL)
);

CREATE TABLE resource (
  identifier                    text PRIMARY KEY CHECK (char_length(identifier) BETWEEN 1 AND 512),
  name                          text NOT NULL,
  enabled                       boolean NOT NULL DEFAULT true,
  scope                         text[] NOT NULL,
  token_format                  text NOT NULL DEFAULT 'jwt' CHECK (token_format IN ('jwt', 'opaque')),
  access_token_lifetime_seconds integer CHECK (access_token_lifetime_seconds > 0),
  signing_algorithm             text NOT NULL DEFAULT 'ES256' CHECK (signing_algorithm IN ('ES256', 'RS256', 'PS256', 'EdDSA')),
  introspected_by               text[] NOT NULL,
  managed_by                    text NOT NULL CHECK (managed_by IN ('file', 'registration', 'api')),
  created_at                    timestamptz NOT NULL DEFAULT now(),
  updated_at                    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE client_change (
  kind       text NOT NULL CHECK (kind IN ('client', 'resource')),
  id         text NOT NULL,
  number     bigint NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, id)
);
CREATE INDEX client_change_number_idx ON client_change (number);

CREATE TABLE client_change_counter (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  number bigint NOT NULL DEFAULT 0
);
INSERT INTO client_change_counter DEFAULT VALUES;

CREATE TABLE authorization_audit_event (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_name text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}'
);

-- Decision 4. Whoever wrote takes the counter's row lock and keeps it until its commit is visible: the next number is given
-- only then, so a reader that sees a number sees all smaller ones and can ask for "greater than" without ever missing one.
-- It runs as the owner because nobody else may write these two tables.
CREATE FUNCTION record_client_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  changed text[] := '{}';
  given   bigint;
BEGIN
  IF TG_OP <> 'INSERT' THEN changed := array_append(changed, to_jsonb(OLD) ->> TG_ARGV[1]); END IF;
  IF TG_OP <> 'DELETE' THEN changed := array_append(changed, to_jsonb(NEW) ->> TG_ARGV[1]); END IF;
  UPDATE public.client_change_counter SET number = number + 1 RETURNING number INTO STRICT given;
  INSERT INTO public.client_change (kind, id, number)
  SELECT DISTINCT TG_ARGV[0], one, given FROM unnest(changed) AS one
  ON CONFLICT (kind, id) DO UPDATE SET number = excluded.number, changed_at = excluded.changed_at;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION record_client_change() FROM PUBLIC;

-- Deferred to the commit: writers wait for each other only while they commit, and a writer that holds the counter wants no
-- other row lock any more, so two of them cannot deadlock.
CREATE CONSTRAINT TRIGGER client_change AFTER INSERT OR UPDATE OR DELETE ON client
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION record_client_change('client', 'id');
CREATE CONSTRAINT TRIGGER client_change AFTER INSERT OR UPDATE OR DELETE ON client_secret
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION record_client_change('client', 'client_id');
CREATE CONSTRAINT TRIGGER client_change AFTER INSERT OR UPDATE OR DELETE ON client_key_set
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION record_client_change('client', 'client_id');
CREATE CONSTRAINT TRIGGER client_change AFTER INSERT OR UPDATE OR DELETE ON resource
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION record_client_change('resource', 'identifier');

GRANT SELECT, INSERT, UPDATE, DELETE ON client, client_secret, client_key_set, resource TO tessera_authorization;
GRANT SELECT, DELETE ON client_change TO tessera_authorization;
GRANT SELECT ON client_change_counter TO tessera_authorization;
GRANT SELECT, INSERT ON authorization_audit_event TO tessera_authorization;
-- Those that authenticate clients (decision 3).
GRANT SELECT ON client, client_secret, client_key_set, resource, client_change, client_change_counter TO tessera_token, tessera_device_ciba;
