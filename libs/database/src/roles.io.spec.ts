import pg from 'pg';
import { migrate } from '../../../tools/migrate/migrate.mjs';
import { DATABASE_ROLES } from '../../testing/src/postgres.js';
import { startPrivateServer } from '../../testing/src/postgres-server.js';
import { useDatabase } from '../../testing/src/postgres-suite.js';

const VERBS: Readonly<Record<string, string>> = { SELECT: 'S', INSERT: 'I', UPDATE: 'U', DELETE: 'D', TRUNCATE: 'T', REFERENCES: 'R', TRIGGER: 'G' };
const [AUTHORIZATION, TOKEN, DEVICE_CIBA, KEY_MANAGEMENT] = DATABASE_ROLES;

/**
 * The table of decisions 2 and 3: letters as above, in their order; what is not named is refused. TRUNCATE, REFERENCES and
 * TRIGGER are nobody's.
 */
const RIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  client: { [AUTHORIZATION]: 'SIUD', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  client_secret: { [AUTHORIZATION]: 'SIUD', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  client_key_set: { [AUTHORIZATION]: 'SIUD', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  resource: { [AUTHORIZATION]: 'SIUD', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  team: { [AUTHORIZATION]: 'SIUD', [DEVICE_CIBA]: 'S' },
  client_change: { [AUTHORIZATION]: 'SD', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  client_change_counter: { [AUTHORIZATION]: 'S', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  authorization_audit_event: { [AUTHORIZATION]: 'SI' },
  ...Object.fromEntries(
    [
      'account', 'account_identifier', 'credential', 'external_identity', 'sign_in_failure', 'session', 'interaction', 'interaction_step',
      'consent', 'authorization_grant', 'pushed_authorization_request', 'authorization_code', 'initial_access_token', 'client_registration', 'logout_delivery',
    ].map((table) => [table, { [AUTHORIZATION]: 'SIUD' }]),
  ),
  opened_secret: { [AUTHORIZATION]: 'SID' },
  // The owner's published reading of its own tables: nobody else reads a session, an account or a credential itself.
  live_grant: { [AUTHORIZATION]: 'S', [TOKEN]: 'S', [DEVICE_CIBA]: 'S' },
  refresh_family: { [TOKEN]: 'SIUD' },
  refresh_generation: { [TOKEN]: 'SIUD' },
  opaque_access_token: { [TOKEN]: 'SIUD' },
  revoked_jti: { [TOKEN]: 'SID' },
  replay_ledger: { [TOKEN]: 'SI' },
  // Reached through the ledger only.
  ...Object.fromEntries(Array.from({ length: 8 }, (_, bucket) => [`replay_ledger_${bucket}`, {}])),
  token_audit_event: { [TOKEN]: 'SI' },
  device_authorization: { [DEVICE_CIBA]: 'SIUD' },
  user_code_failure: { [DEVICE_CIBA]: 'SIUD' },
  backchannel_authentication_request: { [DEVICE_CIBA]: 'SIUD' },
  backchannel_start: { [DEVICE_CIBA]: 'SIUD' },
  silenced_client: { [DEVICE_CIBA]: 'SIUD' },
  backchannel_delivery: { [DEVICE_CIBA]: 'SIUD' },
  push_subscription: { [DEVICE_CIBA]: 'SIUD' },
  web_push_delivery: { [DEVICE_CIBA]: 'SIUD' },
  device_ciba_audit_event: { [DEVICE_CIBA]: 'SI' },
  key: { [KEY_MANAGEMENT]: 'SIU' },
  key_encryption_canary: { [KEY_MANAGEMENT]: 'SID' },
  lease_audit: { [KEY_MANAGEMENT]: 'SI' },
  key_management_audit_event: { [KEY_MANAGEMENT]: 'SI' },
  _prisma_migrations: { [AUTHORIZATION]: 'S', [TOKEN]: 'S', [DEVICE_CIBA]: 'S', [KEY_MANAGEMENT]: 'S' },
};

/** Which role may call which function; the rest is called by triggers and other functions only. */
const CALLERS: Readonly<Record<string, readonly string[]>> = {
  record_client_change: [],
  write_logout_deliveries: [],
  past_replay_buckets: [],
  empty_past_replay_buckets: [TOKEN],
  remove_old_lease_audit: [KEY_MANAGEMENT],
};

const suite = useDatabase();

describe('PGS-4 one role per service, each cell of role × table × verb', () => {
  it('MUST equal the table of decision 3, and there is no table beside it', async () => {
    const { rows } = await suite.owner.query<{ name: string; role: string; verb: string; allowed: boolean; columns: boolean }>(
      `SELECT c.relname AS name, role, verb, has_table_privilege(role, c.oid, verb) AS allowed,
              CASE WHEN verb IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(role, c.oid, verb)
                   ELSE false END AS columns
         FROM pg_class c, unnest($1::text[]) AS role, unnest($2::text[]) WITH ORDINALITY AS v (verb, place)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        ORDER BY place`,
      [DATABASE_ROLES, Object.keys(VERBS)],
    );
    const found: Record<string, Record<string, string>> = {};
    for (const { name, role, verb, allowed, columns } of rows) {
      const table = (found[name] ??= {});
      if (allowed || columns) table[role] = (table[role] ?? '') + VERBS[verb];
    }
    expect(rows).toHaveLength(Object.keys(RIGHTS).length * DATABASE_ROLES.length * Object.keys(VERBS).length);
    expect(found).toEqual(RIGHTS);
  });

  it('MUST have one writer per table (decision 2)', () => {
    const writers = Object.entries(RIGHTS).map(([table, rights]) => [table, Object.values(rights).filter((verbs) => /[IUDT]/.test(verbs)).length]);
    expect(writers.filter(([, count]) => Number(count) > 1)).toEqual([]);
  });

  it('MUST let nobody but the named role call a function', async () => {
    const { rows } = await suite.owner.query<{ name: string; role: string; allowed: boolean }>(
      `SELECT p.proname AS name, role, has_function_privilege(role, p.oid, 'EXECUTE') AS allowed
         FROM pg_proc p, unnest($1::text[]) AS role WHERE p.pronamespace = 'public'::regnamespace`,
      [DATABASE_ROLES],
    );
    const found: Record<string, string[]> = {};
    for (const { name, role, allowed } of rows) (found[name] ??= []).push(...(allowed ? [role] : []));
    expect(found).toEqual(CALLERS);
  });

  it('MUST make no role with a login, a membership or a right over the server', async () => {
    // On a server of its own: where services run, a deployment has given its roles their logins.
    const server = await startPrivateServer();
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await migrate(server.adminUrl);
    await admin.connect();
    const { rows } = await admin.query(
      `SELECT rolname FROM pg_roles r
        WHERE rolname = ANY ($1) AND NOT (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)
          AND NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)`,
      [DATABASE_ROLES],
    );
    await admin.end();
    await server.stop();
    expect(rows).toHaveLength(DATABASE_ROLES.length);
  }, 30_000);

  it('MUST let no role make a table', async () => {
    const refused = DATABASE_ROLES.map(async (role) => await suite.pool(role, 1).query('CREATE TABLE mine (id int)'));
    expect(await Promise.allSettled(refused)).toEqual(
      DATABASE_ROLES.map(() => expect.objectContaining({ status: 'rejected', reason: expect.objectContaining({ code: '42501' }) })),
    );
  });

  it('MUST run what acts as the owner with a fixed search path', async () => {
    const { rows } = await suite.owner.query<{ proname: string; proconfig: string[] | null }>(
      `SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY proname`,
    );
    expect(rows.map(({ proname }) => proname)).toEqual(['empty_past_replay_buckets', 'record_client_change', 'remove_old_lease_audit']);
    expect(rows.map(({ proconfig }) => proconfig)).toEqual(rows.map(() => ['search_path=pg_catalog, pg_temp']));
  });
});

describe('PGS-4 as the services meet it', () => {
  it.each([
    [TOKEN, 'SELECT FROM key', '42501'],
    [TOKEN, "UPDATE client SET enabled = true", '42501'],
    [TOKEN, 'TRUNCATE replay_ledger', '42501'],
    [TOKEN, 'TRUNCATE replay_ledger_0', '42501'],
    [TOKEN, 'DELETE FROM replay_ledger', '42501'],
    [TOKEN, 'DELETE FROM token_audit_event', '42501'],
    [AUTHORIZATION, 'SELECT FROM key', '42501'],
    [AUTHORIZATION, 'INSERT INTO opaque_access_token DEFAULT VALUES', '42501'],
    [AUTHORIZATION, 'UPDATE client_change_counter SET number = 0', '42501'],
    [AUTHORIZATION, 'UPDATE authorization_audit_event SET detail = default', '42501'],
    [DEVICE_CIBA, 'SELECT FROM opaque_access_token', '42501'],
    [KEY_MANAGEMENT, 'SELECT FROM client_secret', '42501'],
    [KEY_MANAGEMENT, 'DELETE FROM key', '42501'],
    [KEY_MANAGEMENT, 'DELETE FROM lease_audit', '42501'],
  ] as const)('%s MUST NOT %s', async (role, statement, code) => {
    await expect(suite.pool(role, 1).query(statement)).rejects.toMatchObject({ code });
  });
});
