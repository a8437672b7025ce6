-- Owner: token. What the columns mean stands in prisma/schema/token.prisma.

CREATE TABLE opaque_access_token (
  token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  jti          text NOT NULL,
  client_id    text NOT NULL,
  subject_kind text NOT NULL CHECK (subject_kind IN ('client', 'user')),
  subject_id   text NOT NULL,
  grant_id     uuid,
  source_grant uuid,
  actor        jsonb,
  authority    jsonb NOT NULL,
  confirmation jsonb,
  issued_at    timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz
);
CREATE INDEX opaque_access_token_expires_at_idx ON opaque_access_token (expires_at);

CREATE TABLE revoked_jti (
  jti        text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX revoked_jti_expires_at_idx ON revoked_jti (expires_at);

CREATE TABLE token_audit_event (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_name text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}'
);

-- Decision 5. Time is cut into slots of 300 s; an entry lies in the slot of its *expiry*, which the signed claim fixes, so
-- the same object always meets itself. Slot s lies in bucket s mod 8, a ring of 40 minutes.
CREATE TABLE replay_ledger (
  bucket smallint NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  PRIMARY KEY (bucket, digest)
) PARTITION BY LIST (bucket);
CREATE TABLE replay_ledger_0 PARTITION OF replay_ledger FOR VALUES IN (0);
CREATE TABLE replay_ledger_1 PARTITION OF replay_ledger FOR VALUES IN (1);
CREATE TABLE replay_ledger_2 PARTITION OF replay_ledger FOR VALUES IN (2);
CREATE TABLE replay_ledger_3 PARTITION OF replay_ledger FOR VALUES IN (3);
CREATE TABLE replay_ledger_4 PARTITION OF replay_ledger FOR VALUES IN (4);
CREATE TABLE replay_ledger_5 PARTITION OF replay_ledger FOR VALUES IN (5);
CREATE TABLE replay_ledger_6 PARTITION OF replay_ledger FOR VALUES IN (6);
CREATE TABLE replay_ledger_7 PARTITION OF replay_ledger FOR VALUES IN (7);

-- The buckets nothing can be entered in. spend-replay-entries takes what expires between a second ago and 600 s from now, so
-- at slot c only the slots c - 1 to c + 2 are in use. The slots c - 3 and c - 4 ended at least 600 s ago, and the ring brings
-- their buckets round again as c + 5 and c + 4, at least 900 s ahead. What lies between is room for statements that take long.
CREATE FUNCTION past_replay_buckets(instant timestamptz) RETURNS smallint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT array_agg(((floor(extract(epoch FROM instant) / 300)::bigint - back) % 8)::smallint) FROM unnest(ARRAY[3, 4]) AS back
$$;
REVOKE ALL ON FUNCTION past_replay_buckets(timestamptz) FROM PUBLIC;

-- Empties those buckets; returns how many had entries. Token is granted this instead of TRUNCATE itself: the bucket is
-- judged by the database's clock while its lock is held, so a caller that was stopped for an hour cannot empty one in use.
CREATE FUNCTION empty_past_replay_buckets() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  candidate smallint;
  filled    boolean;
  emptied   integer := 0;
BEGIN
  FOREACH candidate IN ARRAY public.past_replay_buckets(clock_timestamp()) LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', 'replay_ledger_' || candidate) INTO filled;
    CONTINUE WHEN NOT filled;
    EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', 'replay_ledger_' || candidate);
    CONTINUE WHEN candidate <> ALL (public.past_replay_buckets(clock_timestamp()));
    EXECUTE format('TRUNCATE public.%I', 'replay_ledger_' || candidate);
    emptied := emptied + 1;
  END LOOP;
  RETURN emptied;
END
$$;
REVOKE ALL ON FUNCTION empty_past_replay_buckets() FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE, DELETE ON opaque_access_token TO tessera_token;
GRANT SELECT, INSERT, DELETE ON revoked_jti TO tessera_token;
GRANT SELECT, INSERT ON replay_ledger, token_audit_event TO tessera_token;
GRANT EXECUTE ON FUNCTION empty_past_replay_buckets() TO tessera_token;
