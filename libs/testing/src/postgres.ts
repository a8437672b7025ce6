import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../../tools/migrate/migrate.mjs';
import { startPrivateServer } from './postgres-server.js';

/** The roles the migrations make, one per service (decision 3). */
export const DATABASE_ROLES = ['tessera_authorization', 'tessera_token', 'tessera_device_ciba', 'tessera_key_management'] as const;
/** A role of a service. */
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** A database of one spec file. */
export interface TestDatabase {
  /** Address of the superuser in this database: for set-up, and for looking at what a service may not see. */
  readonly ownerUrl: string;
  /** Address of a login that has the rights of this role and no other. */
  urlOf(role: DatabaseRole): string;
  drop(): Promise<void>;
}

/** The PostgreSQL of a spec file or of a whole run. */
export interface TestPostgres {
  /** Address of the superuser, database `postgres`. */
  readonly adminUrl: string;
  /** A new database with all migrations applied; `migrated: false` leaves it empty, without logins. */
  createDatabase(options?: { readonly migrated: boolean }): Promise<TestDatabase>;
  /** Stops the server when this process started it. */
  stop(): Promise<void>;
}

/** The server at TEST_POSTGRES_ADMIN_URL (a superuser's address), else a private one. */
export async function startPostgres(): Promise<TestPostgres> {
  const given = process.env.TEST_POSTGRES_ADMIN_URL;
  const server = given === undefined || given === '' ? await startPrivateServer() : { adminUrl: given, stop: () => Promise.resolve() };
  return {
    adminUrl: server.adminUrl,
    createDatabase: ({ migrated } = { migrated: true }) => createDatabase(server.adminUrl, migrated),
    stop: () => server.stop(),
  };
}

async function createDatabase(adminUrl: string, migrated: boolean): Promise<TestDatabase> {
  const name = `tessera_test_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const login = (role: DatabaseRole) => `${name}_${role.slice('tessera_'.length)}`;
  const roles = migrated ? DATABASE_ROLES : [];
  const ownerUrl = at(adminUrl, { database: name });
  await asAdmin(adminUrl, [`CREATE DATABASE ${name} TEMPLATE template0`]);
  if (migrated) await migrate(ownerUrl);
  // Members instead of the roles themselves: those are shared by every database of the server.
  await asAdmin(adminUrl, roles.map((role) => `CREATE ROLE ${login(role)} LOGIN PASSWORD '${password}' IN ROLE ${role}`));
  return {
    ownerUrl,
    urlOf: (role) => at(adminUrl, { database: name, username: login(role), password }),
    drop: () => asAdmin(adminUrl, [`DROP DATABASE ${name} WITH (FORCE)`, ...roles.map((role) => `DROP ROLE ${login(role)}`)]),
  };
}

async function asAdmin(adminUrl: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function at(adminUrl: string, part: { database: string; username?: string; password?: string }): string {
  const url = new URL(adminUrl);
  url.pathname = `/${part.database}`;
  if (part.username !== undefined) url.username = part.username;
  if (part.password !== undefined) url.password = part.password;
  return url.toString();
}
