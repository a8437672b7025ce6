import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EXIT, migrate, MIGRATIONS_DIRECTORY, MigrationStop, run, status } from '../../../tools/migrate/migrate.mjs';
import { startPrivateServer } from '../../testing/src/postgres-server.js';
import { startPostgres, type TestDatabase, type TestPostgres } from '../../testing/src/postgres.js';

const RELEASE = readdirSync(MIGRATIONS_DIRECTORY).sort();
const TEST_MS_MAX = 30_000;

let postgres: TestPostgres;
let database: TestDatabase;
let release: string;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

beforeEach(async () => {
  database = await postgres.createDatabase({ migrated: false });
  release = mkdtempSync(path.join(tmpdir(), 'tessera-migrations-'));
  cpSync(MIGRATIONS_DIRECTORY, release, { recursive: true });
});
afterEach(async () => {
  await database.drop();
  rmSync(release, { recursive: true });
});

/** Runs the command as a person does; what it printed, and its exit status. */
async function command(...args: readonly string[]) {
  const [printed, complained]: [string[], string[]] = [[], []];
  const env = { DATABASE_URL: database.ownerUrl, MIGRATIONS_DIRECTORY: release };
  const exit = await run(args, env, (line) => printed.push(line), (line) => complained.push(line));
  return { exit, printed, complained };
}

async function asOwner<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Everything a migration could have left behind. */
const state = () =>
  asOwner(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
           UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY name`);
const recorded = async () => (await asOwner<{ name: string }>('SELECT migration_name AS name FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name')).map(({ name }) => name);

function addMigration(name: string, sql: string): void {
  mkdirSync(path.join(release, name));
  writeFileSync(path.join(release, name, 'migration.sql'), sql);
}

describe('deploy 2.7 deploy brings a database to the schema of the release', () => {
  it('MUST apply all of it once, and nothing the second time', async () => {
    expect(await command('deploy')).toEqual({ exit: EXIT.done, printed: RELEASE.map((name) => `applied ${name}`), complained: [] });
    expect(await recorded()).toEqual(RELEASE);
    expect(await command('deploy')).toEqual({ exit: EXIT.done, printed: ['nothing to apply'], complained: [] });
  });

  it('records it as Prisma does', async () => {
    await migrate(database.ownerUrl);
    const rows = await asOwner<{ id: string; checksum: string }>(
      'SELECT id, checksum, logs, rolled_back_at, applied_steps_count, finished_at IS NOT NULL AS finished FROM _prisma_migrations',
    );
    expect(rows.map(({ id: _id, checksum: _checksum, ...row }) => row)).toEqual(
      RELEASE.map(() => ({ logs: null, rolled_back_at: null, applied_steps_count: 1, finished: true })),
    );
    for (const { id, checksum } of rows) expect([id.length, /^[0-9a-f]{64}$/.test(checksum)]).toEqual([36, true]);
  });

  it('MUST apply each migration once when three run at once', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl)));
    expect(applied.flat().sort()).toEqual(RELEASE);
    expect(await recorded()).toEqual(RELEASE);
  }, TEST_MS_MAX);

  it('MUST make the roles once when several databases of a new server are migrated at once', async () => {
    const server = await startPrivateServer();
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    const applied = await Promise.all(names.map((name) => migrate(Object.assign(new URL(server.adminUrl), { pathname: `/${name}` }).toString())));
    expect(applied).toEqual(names.map(() => RELEASE));
    await admin.end();
    await server.stop();
  }, TEST_MS_MAX);

  it('PGS-4 needs no superuser, only the owner of the database', async () => {
    await migrate(database.ownerUrl);
    const name = `owner_${randomUUID().slice(0, 8)}`;
    const admin = new pg.Client({ connectionString: postgres.adminUrl });
    await admin.connect();
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'owner' NOSUPERUSER NOCREATEROLE`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
    const url = Object.assign(new URL(postgres.adminUrl), { username: name, password: 'owner', pathname: `/${name}` });
    expect(await migrate(url.toString())).toEqual(RELEASE);
    await admin.query(`DROP DATABASE ${name}`);
    await admin.query(`DROP ROLE ${name}`);
    await admin.end();
  }, TEST_MS_MAX);

  it('goes on where an earlier release ended', async () => {
    await migrate(database.ownerUrl);
    addMigration('29990101000000_later', 'CREATE TABLE later (id int)');
    expect(await command('deploy')).toMatchObject({ exit: EXIT.done, printed: ['applied 29990101000000_later'] });
  });
});

describe('deploy 2.7 what needs a person stops with one line and exit 3, and nothing is changed', () => {
  it('MUST stop at a migration that was edited after it was applied', async () => {
    await migrate(database.ownerUrl);
    const before = await state();
    const [first = ''] = RELEASE;
    const file = path.join(release, first, 'migration.sql');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n-- edited`);
    addMigration('29990101000000_later', 'CREATE TABLE later (id int)');
    expect(await command('deploy')).toEqual({
      exit: EXIT.stop,
      printed: [],
      complained: [`migrate: migration ${first} was edited after it was applied: restore the file and put the change into a new migration`],
    });
    expect(await state()).toEqual(before);
    expect((await command('verify')).exit).toBe(EXIT.stop);
  });

  it('MUST stop at a database that is newer than the release', async () => {
    addMigration('29990101000000_newer', 'CREATE TABLE newer (id int)');
    await migrate(database.ownerUrl, { directory: release });
    const before = await state();
    rmSync(path.join(release, '29990101000000_newer'), { recursive: true });
    addMigration('29980101000000_other', 'CREATE TABLE other (id int)');
    const { exit, complained } = await command('deploy');
    expect(exit).toBe(EXIT.stop);
    expect(complained).toEqual([
      'migrate: the database is newer than this release: it has 29990101000000_newer, the release ends at 29980101000000_other; deploy a newer release',
    ]);
    expect(await state()).toEqual(before);
  });

  it('MUST stop at a migration of another release', async () => {
    await migrate(database.ownerUrl);
    rmSync(path.join(release, RELEASE[1] ?? ''), { recursive: true });
    expect(await command('deploy')).toMatchObject({ exit: EXIT.stop, complained: [`migrate: the database has migration ${RELEASE[1]}, which this release does not know: deploy the release it belongs to`] });
  });

  it('MUST leave nothing of a migration that fails, and keep the ones before it', async () => {
    await migrate(database.ownerUrl);
    const before = await state();
    addMigration('29990101000000_fails', 'CREATE TABLE half (id int); INSERT INTO half VALUES (1); SELECT 1/0; CREATE TABLE rest (id int)');
    expect(await command('deploy')).toEqual({
      exit: EXIT.stop,
      printed: [],
      complained: ['migrate: migration 29990101000000_fails failed and was rolled back: division by zero'],
    });
    expect(await state()).toEqual(before);
    expect(await recorded()).toEqual(RELEASE);
  });

  it.each([
    ['no command', [], {}],
    ['an unknown command', ['drop'], {}],
    ['no address', ['deploy'], { DATABASE_URL: undefined }],
    ['an address that is none', ['deploy'], { DATABASE_URL: 'localhost' }],
    ['an address file that is not there', ['deploy'], { DATABASE_URL_FILE: '/nowhere/url' }],
    ['migrations that are not there', ['deploy'], { MIGRATIONS_DIRECTORY: '/nowhere' }],
    ['a refused login', ['deploy'], { DATABASE_URL: 'nobody' }],
  ])('says in one line what is wrong with %s', async (title, args, change: Record<string, string | undefined>) => {
    const complained: string[] = [];
    const url = new URL(database.ownerUrl);
    if (title === 'a refused login') change = { DATABASE_URL: Object.assign(url, { username: 'nobody_at_all' }).toString() };
    const exit = await run(args, { DATABASE_URL: database.ownerUrl, ...change }, () => {}, (line) => complained.push(line));
    expect(exit).toBe(EXIT.stop);
    expect(complained).toEqual([expect.stringMatching(/^migrate: [^\n]+$/)]);
  });
});

describe('deploy 2.7 what may be tried again exits with 1', () => {
  it('MUST do so without a server', async () => {
    const complained: string[] = [];
    const exit = await run(['deploy'], { DATABASE_URL: 'postgresql://owner@127.0.0.1:1/tessera' }, () => {}, (line) => complained.push(line));
    expect(exit).toBe(EXIT.retry);
    expect(complained).toEqual(['migrate: connect ECONNREFUSED 127.0.0.1:1 (may be tried again)']);
  });

  it('MUST do so when another runner takes too long', async () => {
    const other = new pg.Client({ connectionString: database.ownerUrl });
    await other.connect();
    await other.query('SELECT pg_advisory_lock(72707369)');
    await expect(migrate(database.ownerUrl, { waitMs: 100 })).rejects.toMatchObject({ code: '55P03' });
    await other.end();
  });

  it('MUST not wait behind live traffic, and leave nothing', async () => {
    await migrate(database.ownerUrl);
    addMigration('29990101000000_waits', "SET LOCAL lock_timeout = '50ms'; ALTER TABLE client ADD COLUMN later int");
    const traffic = new pg.Client({ connectionString: database.ownerUrl });
    await traffic.connect();
    await traffic.query('BEGIN; SELECT FROM client');
    expect(await command('deploy')).toMatchObject({ exit: EXIT.retry, complained: ['migrate: canceling statement due to lock timeout (may be tried again)'] });
    expect(await recorded()).toEqual(RELEASE);
    await traffic.end();
    expect((await command('deploy')).exit).toBe(EXIT.done);
  });

  it('MUST give each statement five seconds for a lock', async () => {
    addMigration('29990101000000_asks', "CREATE TABLE asked AS SELECT current_setting('lock_timeout') AS lock_timeout");
    await migrate(database.ownerUrl, { directory: release });
    expect(await asOwner('SELECT lock_timeout FROM asked')).toEqual([{ lock_timeout: '5s' }]);
  });
});

describe('deploy 2.7 status, verify, resolve', () => {
  it('tell what is pending and change nothing', async () => {
    expect(await command('status')).toEqual({ exit: EXIT.retry, printed: RELEASE.map((name) => `pending ${name}`), complained: [] });
    expect(await command('verify')).toMatchObject({ exit: EXIT.retry, printed: [`0 applied, ${RELEASE.length} pending`] });
    expect(await state()).toEqual([]);
    await migrate(database.ownerUrl);
    expect(await status(database.ownerUrl)).toEqual({ applied: RELEASE, pending: [] });
    expect(await command('verify')).toMatchObject({ exit: EXIT.done, printed: [`${RELEASE.length} applied, 0 pending`] });
  });

  it('MUST stop at a migration that Prisma left halfway, until a person resolves it', async () => {
    await migrate(database.ownerUrl);
    addMigration('29990101000000_half', 'CREATE TABLE half (id int)');
    const leftHalfway = () => asOwner(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('${randomUUID()}', 'x', '29990101000000_half')`);
    await leftHalfway();
    expect(await command('deploy')).toMatchObject({ exit: EXIT.stop, complained: [expect.stringContaining('failed halfway')] });
    expect((await command('resolve', '--rolled-back', '29990101000000_half')).exit).toBe(EXIT.done);
    expect(await command('deploy')).toMatchObject({ exit: EXIT.done, printed: ['applied 29990101000000_half'] });
    expect(await command('resolve', '--rolled-back', '29990101000000_half')).toMatchObject({ exit: EXIT.stop });
  });

  it('resolve --applied records without running', async () => {
    await migrate(database.ownerUrl);
    addMigration('29990101000000_by_hand', 'SELECT 1/0');
    expect((await command('resolve', '--applied', '29990101000000_by_hand')).exit).toBe(EXIT.done);
    expect(await command('deploy')).toMatchObject({ exit: EXIT.done, printed: ['nothing to apply'] });
    expect((await command('resolve', '--applied', '29990101000000_by_hand')).exit).toBe(EXIT.stop);
    expect((await command('resolve', '--applied', '29990101000000_unknown')).exit).toBe(EXIT.stop);
  });

  it('MUST be a MigrationStop for who calls it as a function', async () => {
    await migrate(database.ownerUrl);
    rmSync(path.join(release, RELEASE[0] ?? ''), { recursive: true });
    await expect(migrate(database.ownerUrl, { directory: release })).rejects.toThrow(MigrationStop);
  });
});
