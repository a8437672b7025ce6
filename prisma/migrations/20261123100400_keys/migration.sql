-- Owner: key-management, the only role that can read any of it. What the columns mean stands in
-- prisma/schema/key-management.prisma.

CREATE TABLE key (
  kid                text PRIMARY KEY,
  purpose            text NOT NULL CHECK (purpose IN ('sign', 'password-transport', 'derivation', 'client-secret', 'pairwise')),
  algorithm          text NOT NULL,
  state              text NOT NULL CHECK (state IN ('created', 'published', 'active', 'retiring', 'removed')),
  public_jwk         jsonb,
  wrapped_data_key   bytea,
  sealed_private     bytea,
  key_encryption_key text NOT NULL,
  idempotency_key    text UNIQUE,
  created_at         timestamptz NOT NULL DEFAULT now(),
  published_at       timestamptz,
  active_at          timestamptz,
  retiring_at        timestamptz,
  remove_after       timestamptz,
  removed_at         timestamptz,
  revoked_at         timestamptz,
  revocation         text,
  -- A key that may still be used has its material; one that may not has none (KEY-4, KEY-8).
  CHECK ((state = 'removed') = (removed_at IS NOT NULL)),
  CHECK (num_nonnulls(wrapped_data_key, sealed_private) = CASE state WHEN 'removed' THEN 0 ELSE 2 END),
  CHECK ((revoked_at IS NULL) = (revocation IS NULL)),
  CHECK (revoked_at IS NULL OR state = 'removed'),
  CHECK (state <> 'active' OR active_at IS NOT NULL),
  CHECK (state <> 'retiring' OR (retiring_at IS NOT NULL AND remove_after IS NOT NULL))
);
-- At most one key makes new artifacts: two rotations at once, and one of them fails here.
CREATE UNIQUE INDEX key_one_active ON key (purpose, algorithm) WHERE state = 'active';
CREATE INDEX key_state_idx ON key (state);

CREATE TABLE key_encryption_canary (
  key_encryption_key text PRIMARY KEY,
  sealed             bytea NOT NULL
);

CREATE TABLE lease_audit (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT now(),
  service  text NOT NULL,
  instance text NOT NULL,
  nkey     text NOT NULL,
  purposes text[] NOT NULL,
  kids     text[] NOT NULL,
  outcome  text NOT NULL
);
CREATE INDEX lease_audit_at_idx ON lease_audit (at);

CREATE TABLE key_management_audit_event (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_name text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}'
);

-- Each process leases several times a minute, so this audit is bounded in time. A function and not a right to DELETE: key-
-- management can let go of what is old, and cannot remove what it did today.
CREATE FUNCTION remove_old_lease_audit() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  removed integer;
BEGIN
  DELETE FROM public.lease_audit
   WHERE id IN (SELECT id FROM public.lease_audit WHERE at < now() - interval '90 days' ORDER BY at LIMIT 10000 FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END
$$;
REVOKE ALL ON FUNCTION remove_old_lease_audit() FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE ON key TO tessera_key_management;
GRANT SELECT, INSERT, UPDATE, DELETE ON key_encryption_canary TO tessera_key_management;
GRANT SELECT, INSERT ON lease_audit, key_management_audit_event TO tessera_key_management;
GRANT EXECUTE ON FUNCTION remove_old_lease_audit() TO tessera_key_management;
