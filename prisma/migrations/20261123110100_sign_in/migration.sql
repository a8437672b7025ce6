-- Owner: authorization. What the columns mean stands in prisma/schema/authorization.prisma.

CREATE TABLE session (
  id               uuid PRIMARY KEY,
  handle_hash      bytea NOT NULL UNIQUE CHECK (octet_length(handle_hash) = 32),
  sid              text NOT NULL UNIQUE,
  account_id       text NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  authenticated_at timestamptz NOT NULL,
  acr              text NOT NULL,
  amr              text[] NOT NULL,
  user_agent       text NOT NULL DEFAULT '',
  source_address   text NOT NULL DEFAULT '',
  created_at       timestamptz NOT NULL DEFAULT now(),
  used_at          timestamptz NOT NULL DEFAULT now(),
  idle_expires_at  timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  ended_at         timestamptz,
  end_reason       text,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX session_account_id_idx ON session (account_id);
CREATE INDEX session_expires_at_idx ON session (expires_at);

CREATE TABLE interaction (
  id            uuid PRIMARY KEY,
  handle_hash   bytea NOT NULL UNIQUE CHECK (octet_length(handle_hash) = 32),
  -- Null only until the browser that began it came back with its cookie (a cross-site POST arrives without).
  browser_hash  bytea CHECK (octet_length(browser_hash) = 32),
  purpose       text NOT NULL CHECK (purpose IN ('authorization', 'logout', 'account')),
  client_id     text,
  request       jsonb NOT NULL,
  pushed_request_hash bytea,
  session_id    uuid,
  account_id    text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz,
  outcome       text CHECK (outcome IN ('granted', 'refused', 'aborted')),
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK (purpose <> 'authorization' OR client_id IS NOT NULL)
);
CREATE INDEX interaction_expires_at_idx ON interaction (expires_at);
CREATE INDEX interaction_session_id_idx ON interaction (session_id);

CREATE TABLE interaction_step (
  interaction_id uuid NOT NULL REFERENCES interaction (id) ON DELETE CASCADE ON UPDATE CASCADE,
  step           text NOT NULL,
  account_id     text,
  detail         jsonb NOT NULL DEFAULT '{}',
  done_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (interaction_id, step)
);

CREATE TABLE consent (
  account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  client_id  text NOT NULL REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  authority  jsonb NOT NULL,
  given_at   timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (account_id, client_id)
);

-- A grant: what a user allowed one client, once (decision 2). `authorization_grant` because GRANT is a word of SQL.
CREATE TABLE authorization_grant (
  id            uuid PRIMARY KEY,
  client_id     text NOT NULL REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  account_id    text NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
  subject       text NOT NULL,
  session_id    uuid REFERENCES session (id) ON DELETE SET NULL ON UPDATE CASCADE,
  sid           text,
  offline       boolean NOT NULL,
  authority     jsonb NOT NULL,
  confirmation  jsonb,
  auth_time     timestamptz NOT NULL,
  acr           text,
  amr           text[] NOT NULL,
  -- Of the message that recorded it: the same message again finds this row. Null where a code's transaction made it.
  request_id    text UNIQUE,
  created_at    timestamptz NOT NULL DEFAULT now(),
  revoked_at    timestamptz,
  revoke_reason text,
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL)),
  -- A grant with a session that is no longer there must not be taken for one that never had any.
  CHECK (sid IS NOT NULL OR session_id IS NULL)
);
CREATE INDEX authorization_grant_account_id_idx ON authorization_grant (account_id);
CREATE INDEX authorization_grant_client_id_subject_idx ON authorization_grant (client_id, subject);
CREATE INDEX authorization_grant_session_id_idx ON authorization_grant (session_id);
-- For their removal, once nothing can come of them any more; a grant in a session that lives is in none of these.
CREATE INDEX authorization_grant_revoked ON authorization_grant (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX authorization_grant_past_session ON authorization_grant (created_at) WHERE session_id IS NULL AND sid IS NOT NULL AND NOT offline;
CREATE INDEX authorization_grant_sessionless ON authorization_grant (client_id, created_at) WHERE offline OR sid IS NULL;

CREATE TABLE pushed_authorization_request (
  request_uri_hash bytea PRIMARY KEY CHECK (octet_length(request_uri_hash) = 32),
  client_id        text NOT NULL REFERENCES client (id) ON DELETE CASCADE ON UPDATE CASCADE,
  request          jsonb NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  expires_at       timestamptz NOT NULL,
  -- Set by the completion of the one authorization it yields (PAR-3).
  spent_at         timestamptz
);
CREATE INDEX pushed_authorization_request_expires_at_idx ON pushed_authorization_request (expires_at);

CREATE TABLE authorization_code (
  code_hash         bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
  grant_id          uuid NOT NULL REFERENCES authorization_grant (id) ON DELETE CASCADE ON UPDATE CASCADE,
  client_id         text NOT NULL,
  redirect_uri      text NOT NULL,
  redirect_uri_sent boolean NOT NULL,
  code_challenge    text,
  nonce             text,
  id_token_claims   jsonb NOT NULL DEFAULT '{}',
  confirmation      jsonb,
  attempts          integer NOT NULL DEFAULT 0,
  created_at        timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz NOT NULL,
  redeemed_at       timestamptz,
  redemption_id     uuid,
  CHECK ((redeemed_at IS NULL) = (redemption_id IS NULL))
);
CREATE INDEX authorization_code_grant_id_idx ON authorization_code (grant_id);
CREATE INDEX authorization_code_expires_at_idx ON authorization_code (expires_at);

-- Decision 3, the owner's published reading of its own tables: a grant lives while it, its session (unless it is offline),
-- its client and its user do. A brute-force lock is no part of it: else an attacker could sign users out (GEN-6).
CREATE VIEW live_grant AS
SELECT g.id, g.client_id, g.account_id, g.subject, g.session_id, g.sid, g.offline, g.authority, g.confirmation,
       g.auth_time, g.acr, g.amr, a.claims
  FROM authorization_grant g
  JOIN client c ON c.id = g.client_id
  JOIN account a ON a.id = g.account_id
  LEFT JOIN session s ON s.id = g.session_id
 WHERE g.revoked_at IS NULL
   AND c.enabled
   AND a.enabled
   AND a.locked_at IS NULL
   AND (g.offline OR g.sid IS NULL OR (s.ended_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()));

GRANT SELECT, INSERT, UPDATE, DELETE ON session, interaction, interaction_step, consent, authorization_grant,
  pushed_authorization_request, authorization_code TO tessera_authorization;
GRANT SELECT ON live_grant TO tessera_authorization, tessera_token, tessera_device_ciba;
