import { createHash } from 'node:crypto';
import { LaunchFailure } from './failure.mjs';
import { POSTGRES_MAJOR_MINIMUM } from './binaries.mjs';

/** The services with a database role of their own, by the role the migrations make. */
export const ROLE_OF = {
  token: 'tessera_token',
  authorization: 'tessera_authorization',
  'device-ciba': 'tessera_device_ciba',
  'key-management': 'tessera_key_management',
};

async function connect(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  return client;
}

async function withClient(url, work) {
  let client;
  try {
    client = await connect(url);
  } catch (error) {
    throw new LaunchFailure(
      `PostgreSQL refuses the owner (${error.message}): check the user and password in DATABASE_URL, and that the database exists.`,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const identifier = (name) => `"${name.replaceAll('"', '""')}"`;
const literal = (text) => `'${text.replaceAll("'", "''")}'`;

/** Makes the database of a private instance when it is not there yet. */
export function ensureDatabase(maintenanceUrl, name) {
  return withClient(maintenanceUrl, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${identifier(name)}`);
  });
}

/** Refuses a server too old for the migrations. */
export function requireVersion(url) {
  return withClient(url, async (client) => {
    const { rows } = await client.query('SHOW server_version_num');
    const major = Math.floor(Number(rows[0].server_version_num) / 10_000);
    if (major < POSTGRES_MAJOR_MINIMUM)
      throw new LaunchFailure(`the PostgreSQL at DATABASE_URL is version ${major}: use ${POSTGRES_MAJOR_MINIMUM} or newer.`);
  });
}

/** Applies the migrations with the project's own runner, whose exit status becomes ours: 3 wants a person. */
export async function applyMigrations(url) {
  const { migrate } = await import('../migrate/migrate.mjs');
  try {
    return await migrate(url);
  } catch (error) {
    throw new LaunchFailure(`the database cannot be migrated: ${String(error.message).split('\n')[0]}`, error.exitCode ?? 1);
  }
}

/**
 * Gives each role of the migrations a login with a generated password. On a private server the role itself may log in. On a server
 * somebody else runs, roles belong to every database of it, so there a login of our own becomes a member of the role and no other
 * system loses its password. Returns the user name by service.
 */
export function grantLogins(url, { identities, shared }) {
  const suffix = shared ? `_${createHash('sha256').update(identities.directory).digest('hex').slice(0, 8)}` : '';
  return withClient(url, async (client) => {
    for (const role of new Set(Object.values(ROLE_OF))) {
      const login = role + suffix;
      const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [login]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${identifier(login)}`);
      await client.query(`ALTER ROLE ${identifier(login)} LOGIN PASSWORD ${literal(identities.password(role))}`);
      if (shared) await client.query(`GRANT ${identifier(role)} TO ${identifier(login)}`);
    }
    return Object.fromEntries(Object.entries(ROLE_OF).map(([service, role]) => [service, role + suffix]));
  });
}

/** The owner's address with another user in it. */
export function addressFor(ownerUrl, user, password) {
  const url = new URL(ownerUrl);
  url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
}
