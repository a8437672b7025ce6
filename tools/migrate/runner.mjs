import pg from 'pg';
import { MigrationStop, isTransient, oneLine } from './migration-stop.mjs';
import { createRecord, readRecord, recordApplied, recordRolledBack } from './record.mjs';
import { migrationsOf, pendingOf } from './release.mjs';

/** The advisory lock Prisma itself takes, so that neither tool runs beside the other. */
const LOCK = 72707369;
/** Milliseconds a runner waits for another one to finish. */
const WAIT_MS = 120_000;
/** Milliseconds a statement of a migration waits for a lock: it must never queue in front of live traffic (deploy rule). */
const STATEMENT_LOCK_MS = 5_000;
const CONNECT_MS = 10_000;

/**
 * Brings a database to the schema of the release; returns the names of the migrations it applied.
 *
 * Each migration and its record are one transaction: it has happened, or nothing of it has. Several runners at once apply
 * each migration once. Throws MigrationStop when a person has to look; anything else may be tried again if `isTransient`.
 */
export async function migrate(url, options = {}) {
  const release = migrationsOf(options.directory);
  return locked(url, options, async (client) => {
    const pending = pendingOf(release, await readRecord(client));
    if (pending.length > 0) await createRecord(client);
    for (const migration of pending) {
      await apply(client, migration);
      options.log?.(`applied ${migration.name}`);
    }
    return pending.map((migration) => migration.name);
  });
}

/** How a database stands to the release: the names applied and pending. Stops where `migrate` would; changes nothing. */
export async function status(url, options = {}) {
  const release = migrationsOf(options.directory);
  const client = await connect(url);
  try {
    const pending = new Set(pendingOf(release, await readRecord(client)).map((migration) => migration.name));
    const names = release.map((migration) => migration.name);
    return { applied: names.filter((name) => !pending.has(name)), pending: names.filter((name) => pending.has(name)) };
  } finally {
    await client.end();
  }
}

/** Records a migration as applied without running it: for one that was mended by hand, and for a database that came first. */
export async function resolveApplied(url, name, options = {}) {
  const migration = migrationsOf(options.directory).find((one) => one.name === name);
  if (migration === undefined) throw new MigrationStop(`this release has no migration ${name}`);
  await locked(url, options, async (client) => {
    await createRecord(client);
    if ((await readRecord(client)).some((row) => row.name === name && row.finished)) throw new MigrationStop(`migration ${name} is applied already`);
    await inTransaction(client, async () => {
      await recordRolledBack(client, name);
      await recordApplied(client, migration);
    });
  });
}

/** Records a migration that failed halfway as rolled back, so that the next deploy applies it again. */
export async function resolveRolledBack(url, name, options = {}) {
  await locked(url, options, async (client) => {
    const taken = (await readRecord(client)).length === 0 ? 0 : await recordRolledBack(client, name);
    if (taken === 0) throw new MigrationStop(`no failed migration ${name} is recorded`);
  });
}

async function apply(client, migration) {
  try {
    await inTransaction(client, async () => {
      await client.query(migration.sql);
      await recordApplied(client, migration);
    });
  } catch (error) {
    if (isTransient(error)) throw error;
    throw new MigrationStop(`migration ${migration.name} failed and was rolled back: ${oneLine(error)}`, { cause: error });
  }
}

async function inTransaction(client, work) {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function locked(url, options, work) {
  const client = await connect(url);
  try {
    await client.query(`SET lock_timeout = ${Math.trunc(options.waitMs ?? WAIT_MS)}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(`SET lock_timeout = ${STATEMENT_LOCK_MS}`);
    return await work(client);
  } finally {
    // The session ends, and with it the advisory lock.
    await client.end().catch(() => {});
  }
}

async function connect(url) {
  const client = new pg.Client({ connectionString: url, application_name: 'tessera-migrate', connectionTimeoutMillis: CONNECT_MS });
  // A connection lost between two statements is reported by the next one.
  client.on('error', () => {});
  await client.connect();
  return client;
}
