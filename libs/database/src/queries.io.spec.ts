import { Outage } from '@tessera/vocabulary';
import { DATABASE_ROLES } from '../../testing/src/postgres.js';
import { startPrivateServer } from '../../testing/src/postgres-server.js';
import { useDatabase } from '../../testing/src/postgres-suite.js';
import { createPool } from './create-pool.js';
import { Queries } from './queries.js';
import { REQUIRED_MIGRATION } from './required-migration.js';
import { schemaApplied } from './schema-gate.js';
import { DATABASE_OWNERS, loadStatements } from './statements.js';

const [AUTHORIZATION, TOKEN] = DATABASE_ROLES;
const suite = useDatabase();

const STATEMENTS = new Map([
  ['one', 'SELECT $1::int AS one'],
  ['sleep', 'SELECT pg_sleep($1)'],
  ['add', "INSERT INTO revoked_jti (jti, expires_at) VALUES ($1, now())"],
  ['count', 'SELECT count(*)::int AS count FROM revoked_jti WHERE jti = $1'],
  ['hold', 'SELECT FROM opaque_access_token WHERE token_hash = $1 FOR UPDATE'],
  ['leave', 'SELECT pg_terminate_backend(pg_backend_pid())'],
  ['settings', `SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name', 'plan_cache_mode', 'synchronous_commit') ORDER BY name`],
]);
const queries = (max = 2) => new Queries(suite.pool(TOKEN, max), STATEMENTS);
const OUTAGE = { name: 'Outage', dependency: 'postgresql' };

describe('PGS-3, PGS-5 a connection of a service', () => {
  it('MUST have the limits, and commit for good', async () => {
    expect(await queries().run('settings', [])).toEqual([
      { name: 'application_name', setting: `test-${TOKEN}` },
      { name: 'idle_in_transaction_session_timeout', setting: '5000' },
      { name: 'lock_timeout', setting: '1000' },
      { name: 'plan_cache_mode', setting: 'force_generic_plan' },
      { name: 'statement_timeout', setting: '3000' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });

  it('prepares and plans a statement once per connection', async () => {
    const pool = suite.pool(TOKEN, 1);
    const prepared = new Queries(pool, STATEMENTS);
    for (let i = 0; i < 3; i++) expect(await prepared.run('one', [i])).toEqual([{ one: i }]);
    const { rows } = await pool.query("SELECT name, generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'one'");
    expect(rows).toEqual([{ name: 'one', generic_plans: '3', custom_plans: '0' }]);
  });

  it('does not know a statement that is not there', async () => {
    await expect(queries().run('nothing', [])).rejects.toThrow(RangeError);
  });
});

describe('REL-2, PGS-5 what cannot be known is an Outage in time, and nothing leaks', () => {
  it('MUST give up waiting for a connection after a second', async () => {
    const full = queries(1);
    const busy = full.run('sleep', [2]);
    const began = performance.now();
    await expect(full.run('one', [1])).rejects.toMatchObject(OUTAGE);
    expect(performance.now() - began).toBeLessThan(1_500);
    await busy;
    expect(await full.run('one', [1])).toEqual([{ one: 1 }]);
  });

  it('MUST end a statement after three seconds and keep the connection', async () => {
    const one = queries(1);
    await expect(one.run('sleep', [30])).rejects.toMatchObject(OUTAGE);
    expect(await one.run('one', [2])).toEqual([{ one: 2 }]);
  }, 10_000);

  it('MUST end the wait for a lock after a second', async () => {
    await suite.owner.query("INSERT INTO opaque_access_token (token_hash, jti, client_id, subject_kind, subject_id, authority, expires_at) VALUES (sha256('locked'), 'j', 'c', 'client', 'c', '{}', now())");
    const { rows } = await suite.owner.query<{ hash: Buffer }>("SELECT sha256('locked') AS hash");
    const holder = await suite.owner.connect();
    await holder.query('BEGIN');
    await holder.query("UPDATE opaque_access_token SET revoked_at = now() WHERE jti = 'j'");
    await expect(queries().run('hold', [rows[0]?.hash])).rejects.toMatchObject({ ...OUTAGE, message: 'postgresql: 55P03' });
    await holder.query('ROLLBACK');
    holder.release();
  });

  it('MUST replace a connection that was ended under it', async () => {
    const one = queries(1);
    await expect(one.run('leave', [])).rejects.toMatchObject(OUTAGE);
    expect(await one.run('one', [3])).toEqual([{ one: 3 }]);
  });

  it('MUST say so when the server went away, to the schema gate too', async () => {
    const server = await startPrivateServer();
    const pool = createPool({ url: server.adminUrl, max: 1, applicationName: 'test' });
    const gone = new Queries(pool, STATEMENTS);
    expect(await gone.run('one', [1])).toEqual([{ one: 1 }]);
    await server.stop();
    await expect(gone.run('one', [1])).rejects.toMatchObject(OUTAGE);
    await expect(schemaApplied(pool)).rejects.toMatchObject(OUTAGE);
    await pool.end();
    await expect(gone.run('one', [1])).rejects.toMatchObject(OUTAGE);
  }, 30_000);

  it('throws what else PostgreSQL says as it is, and keeps the connection', async () => {
    const one = queries(1);
    await one.run('add', ['twice']);
    await expect(one.run('add', ['twice'])).rejects.toMatchObject({ code: '23505' });
    expect(await one.run('count', ['twice'])).toEqual([{ count: 1 }]);
  });
});

describe('PGS-1 a transaction happens as a whole', () => {
  it('commits what was done and answers with the result', async () => {
    const result = await queries().transaction(async (transaction) => {
      await transaction.run('add', ['in-1']);
      await transaction.run('add', ['in-2']);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await queries().run('count', ['in-2'])).toEqual([{ count: 1 }]);
  });

  it.each([
    ['its work refuses', () => Promise.reject(new RangeError('refused')), 'refused'],
    ['it needs something else that is away', () => Promise.reject(new Outage('key-lease', 'none')), 'key-lease: none'],
  ])('MUST leave nothing when %s, and go on with the same connection', async (_title, end, message) => {
    const pool = suite.pool(TOKEN, 1);
    const one = new Queries(pool, STATEMENTS);
    const backend = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
    const before = await backend();
    const work = one.transaction(async (transaction) => {
      await transaction.run('add', ['never']);
      return await end();
    });
    await expect(work).rejects.toThrow(message);
    expect(await one.run('count', ['never'])).toEqual([{ count: 0 }]);
    expect(await backend()).toBe(before);
  });

  it('MUST leave nothing when the connection is lost in it', async () => {
    const one = queries(1);
    const work = one.transaction(async (transaction) => {
      await transaction.run('add', ['lost']);
      await transaction.run('leave', []);
    });
    await expect(work).rejects.toMatchObject(OUTAGE);
    expect(await one.run('count', ['lost'])).toEqual([{ count: 0 }]);
  });
});

describe('The schema gate', () => {
  it('MUST hold for a service once its migration is applied, and not before', async () => {
    expect(await schemaApplied(suite.pool(AUTHORIZATION, 1))).toBe(true);
    expect(await schemaApplied(suite.pool(AUTHORIZATION, 1), '29991231000000_later')).toBe(false);
  });

  it('PGS-7 holds when the database is newer', async () => {
    await suite.owner.query("INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_newer', now())");
    expect(await schemaApplied(suite.pool(AUTHORIZATION, 1))).toBe(true);
  });

  it.each([
    ['was rolled back', 'rolled_back_at = now()'],
    ['has not finished', 'finished_at = NULL, rolled_back_at = NULL'],
  ])('MUST not hold while the migration %s', async (_title, change) => {
    await suite.owner.query(`UPDATE _prisma_migrations SET ${change} WHERE migration_name = $1`, [REQUIRED_MIGRATION]);
    expect(await schemaApplied(suite.pool(AUTHORIZATION, 1))).toBe(false);
  });

  it('MUST not hold on a database that was never migrated, nor before its first grants', async () => {
    const empty = await suite.postgres.createDatabase({ migrated: false });
    const pool = createPool({ url: empty.ownerUrl, max: 1, applicationName: 'test' });
    expect(await schemaApplied(pool)).toBe(false);
    await pool.end();
    await empty.drop();
    await suite.owner.query('REVOKE SELECT ON _prisma_migrations FROM tessera_authorization');
    expect(await schemaApplied(suite.pool(AUTHORIZATION, 1))).toBe(false);
  });
});

describe('Statements', () => {
  it('MUST have names that are unique over all owners and fit PostgreSQL', () => {
    const names = [...loadStatements(...DATABASE_OWNERS).keys()];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.length > 63)).toEqual([]);
  });

  it('takes those of the named owners only', () => {
    const names = [...loadStatements('token').keys()];
    expect(names).toContain('spend-replay-entries');
    expect(names).not.toContain('read-client');
    expect(() => loadStatements('token', 'token')).toThrow(RangeError);
  });
});
