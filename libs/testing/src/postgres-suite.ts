import { afterAll, beforeAll } from '@jest/globals';
import { createPool } from '@tessera/database';
import type pg from 'pg';
import { type DatabaseRole, startPostgres, type TestDatabase, type TestPostgres } from './postgres.js';

/** The migrated database of one spec file. Usable from the first hook on. */
export interface DatabaseSuite {
  readonly postgres: TestPostgres;
  readonly database: TestDatabase;
  /** The superuser, for set-up and for looking behind the services. */
  readonly owner: pg.Pool;
  /** A pool as a process of this service has it; a new one each time. Closed after the last test. */
  pool(role: DatabaseRole, max?: number): pg.Pool;
}

const STARTING_MS_MAX = 60_000;
const ENDING_MS_MAX = 1_000;

/** Gives the spec file that calls it a database of its own, and takes it away in the end. */
export function useDatabase(): DatabaseSuite {
  const pools: pg.Pool[] = [];
  let postgres: TestPostgres | undefined;
  let database: TestDatabase | undefined;
  const open = (url: string, max: number, applicationName: string) => {
    const pool = createPool({ url, max, applicationName });
    pools.push(pool);
    return pool;
  };
  const started = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('the database is there in hooks and tests only');
    return part;
  };
  let owner: pg.Pool | undefined;

  beforeAll(async () => {
    postgres = await startPostgres();
    database = await postgres.createDatabase();
    owner = open(database.ownerUrl, 5, 'test-owner');
  }, STARTING_MS_MAX);

  afterAll(async () => {
    // A test that failed may have kept a connection: its pool never ends, and must not hold up the rest.
    const ended = Promise.all(pools.map((pool) => pool.end()));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ENDING_MS_MAX).unref())]);
    await database?.drop();
    await postgres?.stop();
  }, STARTING_MS_MAX);

  return {
    get postgres() {
      return started(postgres);
    },
    get database() {
      return started(database);
    },
    get owner() {
      return started(owner);
    },
    pool: (role, max = 5) => open(started(database).urlOf(role), max, `test-${role}`),
  };
}
