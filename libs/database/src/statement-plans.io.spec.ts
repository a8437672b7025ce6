import pg from 'pg';
import { useDatabase } from '../../testing/src/postgres-suite.js';
import { DATABASE_OWNERS, loadStatements } from './statements.js';

/** Rows as after a good while, so that the planner chooses as it will then. */
const FILL = `
  SET session_replication_role = replica;
  INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
  SELECT 'client-' || n, 'x', 'client_secret_basic', '{client_credentials}', '{a,b}', '{https://r}', 'api' FROM generate_series(1, 20000) n;
  INSERT INTO client_secret (client_id, digest) SELECT id, repeat('A', 43) FROM client;
  INSERT INTO initial_access_token (id, name, token_digest, uses_max, expires_at)
  SELECT md5(n::text)::uuid, 'x', sha256(n::text::bytea), 10, now() + make_interval(hours => n) FROM generate_series(1, 20000) n;
  INSERT INTO client_registration (client_id, access_token_digest, issued_at, used_at)
  SELECT id, sha256(id::bytea), now(), CASE WHEN row_number() OVER () % 100 = 0 THEN NULL ELSE now() END FROM client;
  INSERT INTO client_key_set (client_id, keys, source, fetched_at, attempted_at) SELECT id, '[]', 'uri', now(), now() FROM client;
  INSERT INTO resource (identifier, name, scope, introspected_by, managed_by)
  SELECT 'https://r/' || n, 'x', '{}', '{}', 'api' FROM generate_series(1, 20000) n;
  INSERT INTO team (name, nkeys, client_ids, rights, managed_by)
  SELECT 'team-' || n, '{U}', ARRAY['client-' || n], '{read}', 'file' FROM generate_series(1, 2000) n;
  INSERT INTO client_change (kind, id, number) SELECT 'client', id, row_number() OVER () FROM client;
  UPDATE client_change_counter SET number = 20000;
  INSERT INTO opaque_access_token (token_hash, jti, client_id, subject_kind, subject_id, authority, expires_at)
  SELECT sha256(n::text::bytea), n, 'client-' || n, 'client', 'client-' || n, '{}', now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO account (id, managed_by) SELECT 'usr_' || lpad(n::text, 22, '0'), 'api' FROM generate_series(1, 20000) n;
  INSERT INTO account_identifier (kind, value, account_id) SELECT 'username', id, id FROM account;
  INSERT INTO credential (account_id, kind, secret) SELECT id, 'password', 'x' FROM account;
  INSERT INTO external_identity (issuer, subject, account_id) SELECT 'https://idp', id, id FROM account;
  INSERT INTO sign_in_failure SELECT 'account', sha256(n::text::bytea), 1, now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO opened_secret SELECT n, 'sign-in', now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO session (id, handle_hash, sid, account_id, authenticated_at, acr, amr, idle_expires_at, expires_at)
  SELECT md5(id)::uuid, sha256(id::bytea), id, id, now(), '1', '{pwd}', now() + interval '1 hour', now() + interval '1 day' FROM account;
  INSERT INTO interaction (id, handle_hash, purpose, client_id, request, session_id, expires_at)
  SELECT id, handle_hash, 'authorization', 'client-1', '{}', id, expires_at FROM session;
  INSERT INTO interaction_step (interaction_id, step) SELECT id, 'password' FROM interaction;
  INSERT INTO consent (account_id, client_id, authority, expires_at) SELECT id, 'client-' || row_number() OVER (), '{}', now() + interval '1 day' FROM account;
  INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, auth_time, amr)
  SELECT id, 'client-' || row_number() OVER (), account_id, account_id, id, sid, false, '{}', now(), '{pwd}' FROM session;
  INSERT INTO authorization_code (code_hash, grant_id, client_id, redirect_uri, redirect_uri_sent, expires_at)
  SELECT sha256(sid::bytea), id, client_id, 'https://r/cb', true, now() FROM authorization_grant;
  INSERT INTO pushed_authorization_request (request_uri_hash, client_id, request, expires_at)
  SELECT code_hash, client_id, '{}', expires_at FROM authorization_code;
  INSERT INTO logout_delivery (client_id, subject, sid, settled_at, outcome)
  SELECT client_id, subject, sid, CASE WHEN get_byte(sha256(sid::bytea), 0) < 200 THEN now() END, CASE WHEN get_byte(sha256(sid::bytea), 0) < 200 THEN 'delivered' END FROM authorization_grant;
  INSERT INTO refresh_family (id, grant_id, client_id, user_grant, idle_expires_at, expires_at)
  SELECT id, id, client_id, '{}', now(), now() + make_interval(secs => row_number() OVER ()) FROM authorization_grant;
  INSERT INTO refresh_generation (token_hash, family_id, generation) SELECT sha256((id::text || n)::bytea), id, n FROM refresh_family, generate_series(0, 2) n;
  INSERT INTO revoked_jti SELECT n, now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO replay_ledger SELECT n % 8, sha256(n::text::bytea) FROM generate_series(1, 40000) n;
  INSERT INTO backchannel_authentication_request (id, auth_req_id_hash, approval_hash, kid, client_id, account_id, authority, delivery_mode, jti_hash, notification_token, interval_seconds, expires_at)
  SELECT md5('b' || n)::uuid, sha256(('r' || n)::bytea), sha256(('p' || n)::bytea), 'k', 'client-' || n % 50, 'usr_' || lpad((n % 5000)::text, 22, '0'), '{}', 'ping', sha256(('j' || n)::bytea), 'x',
         5, now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO backchannel_start SELECT 'person', 'usr_' || n, 1, now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO silenced_client SELECT 'usr_' || n % 5000, 'client-' || n FROM generate_series(1, 20000) n;
  INSERT INTO push_subscription (account_id, endpoint_hash, endpoint, p256dh, auth_secret)
  SELECT 'usr_' || lpad((n % 5000)::text, 22, '0'), sha256(('e' || n)::bytea), 'https://push.example/' || n, sha256('x') || sha256('y') || 'z'::bytea, substr(sha256('x'), 1, 16) FROM generate_series(1, 20000) n;
  INSERT INTO backchannel_delivery (kind, request_id, lane, next_at, outcome, settled_at, expires_at)
  SELECT 'ping', id, client_id, expires_at, CASE WHEN n % 4 = 0 THEN NULL ELSE 'delivered' END, CASE WHEN n % 4 = 0 THEN NULL ELSE now() END, expires_at
    FROM (SELECT id, client_id, expires_at, row_number() OVER () AS n FROM backchannel_authentication_request) r;
  INSERT INTO web_push_delivery (request_id, subscription_id, lane, next_at, outcome, settled_at, expires_at)
  SELECT id, id, account_id, expires_at, CASE WHEN n % 4 = 0 THEN NULL ELSE 'delivered' END, CASE WHEN n % 4 = 0 THEN NULL ELSE now() END, expires_at
    FROM (SELECT id, account_id, expires_at, row_number() OVER () AS n FROM backchannel_authentication_request) r;
  INSERT INTO device_authorization (id, device_code_hash, user_code, client_id, source_network, request, state, interval_seconds, account_id, grant_id, decided_at, created_at, expires_at)
  SELECT md5(n::text)::uuid, sha256(n::text::bytea), 'U' || n, 'client-' || n % 50, 'network-' || n % 500, '{}', CASE WHEN n % 20 = 0 THEN 'pending' ELSE 'denied' END, 5, 'usr', NULL, now(),
         now(), now() + make_interval(secs => n - 10000) FROM generate_series(1, 20000) n;
  INSERT INTO user_code_failure SELECT 'source', sha256(n::text::bytea), 1, now() + make_interval(secs => n) FROM generate_series(1, 20000) n;
  INSERT INTO lease_audit (at, service, instance, nkey, purposes, kids, outcome)
  SELECT now() - make_interval(mins => n), 'token', 'i' || n % 40, 'U', '{sign}', '{k}', 'leased' FROM generate_series(1, 20000) n;
  INSERT INTO key (kid, purpose, algorithm, state, removed_at, key_encryption_key)
  SELECT 'k' || n, 'sign', 'ES256', 'removed', now(), 'kek-1' FROM generate_series(1, 200) n;
  SET session_replication_role = DEFAULT;
  ANALYZE`;

/** Tables that do not grow with use: one row, or as many as there are keys. */
const SMALL: ReadonlySet<string> = new Set(['client_change_counter', 'key', 'key_encryption_canary']);

/** Statements no request waits for, and the tables they may read from end to end. A new one needs a reason to be here. */
const MAY_SCAN: Readonly<Record<string, readonly string[]>> = {
  // Applying a declaration looks at everything a file manages.
  'list-declared-clients': ['client', 'client_key_set', 'resource'],
  'list-declared-resources': ['client', 'resource'],
  'list-declared-users': ['account'],
  'list-declared-teams': ['team'],
  // A page of the operator's listing, by whatever they ask for; the table holds a week.
  'list-logout-deliveries': ['logout_delivery'],
  // Writes of a declaration or a rotation, for as many clients as it names.
  'make-room-for-client-secrets': ['client_secret'],
  // An operator looks at what was delivered.
  'list-backchannel-deliveries': ['backchannel_delivery'],
  'list-web-push-deliveries': ['web_push_delivery'],
  // Schedules.
  'claim-due-client-key-sets': ['client_key_set'],
  'list-secrets-to-reseal': ['client_secret'],
  'remove-old-client-changes': ['client_change', 'client', 'resource'],
  'remove-outlived-grants': ['client'],
};

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

const suite = useDatabase();
const statements = loadStatements(...DATABASE_OWNERS);

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: suite.database.ownerUrl });
  // The database goes before this connection does.
  client.on('error', () => {});
  await client.connect();
  await client.query(FILL);
  // The plan that serves every value of the parameters, which is what a prepared statement comes to use.
  await client.query('SET plan_cache_mode = force_generic_plan');
}, 60_000);
afterAll(() => client.end());

async function planOf(name: string): Promise<Plan> {
  const sql = statements.get(name) ?? '';
  const count = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  await client.query(`PREPARE "${name}" AS ${sql}`);
  const values = Array.from({ length: count }, () => 'NULL').join(', ');
  const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(`EXPLAIN (FORMAT JSON) EXECUTE "${name}"${count === 0 ? '' : `(${values})`}`);
  const [found] = rows;
  if (found === undefined) throw new Error(`no plan for ${name}`);
  return found['QUERY PLAN'][0].Plan;
}

function scanned(plan: Plan): readonly string[] {
  const own = plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] !== undefined ? [plan['Relation Name']] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scanned)];
}

describe('Cost rule: the plan of each written statement', () => {
  it('recognises a scan', async () => {
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>("EXPLAIN (FORMAT JSON) SELECT FROM client WHERE name = 'x'");
    expect(rows.flatMap((row) => scanned(row['QUERY PLAN'][0].Plan))).toEqual(['client']);
  });

  it.each([...statements.keys()])('%s MUST use an index on every table that grows', async (name) => {
    const found = scanned(await planOf(name));
    expect(found.filter((table) => !SMALL.has(table) && !MAY_SCAN[name]?.includes(table))).toEqual([]);
  });
});
