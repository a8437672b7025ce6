import pg from 'pg';

/** Milliseconds a request waits for a connection, whether all are in use or none can be made (PGS-5: overflow is 503 within 1 s). */
const CONNECTION_WAIT_MS = 1_000;
/** Milliseconds a statement may take (PGS-5). */
const STATEMENT_MS = 3_000;
/** Milliseconds a statement waits for a lock (PGS-5). */
const LOCK_WAIT_MS = 1_000;
/** Milliseconds a transaction may do nothing (PGS-5): its process has stopped, its locks must not. */
const IDLE_IN_TRANSACTION_MS = 5_000;
/** Milliseconds without an answer after which a connection is given up: a server that cannot be reached ends no statement. */
const ANSWER_MS = STATEMENT_MS + 500;
const IDLE_CONNECTION_MS = 30_000;
/** PGS-3: what was answered stays committed, also on a server whose default was tuned for speed. */
const DURABLE_COMMITS = '-c synchronous_commit=on';
/**
 * Cost rule: a statement is planned once per connection. Left to itself PostgreSQL plans statements of several parts anew each time,
 * which costs as much as running them. The plan it keeps is the one whose use of indexes the plan spec proves.
 */
const PLANNED_ONCE = '-c plan_cache_mode=force_generic_plan';

/** Where the database is and how much of it a process takes. */
export interface PoolSettings {
  /** Address with this service's own role. */
  readonly url: string;
  /** Connections at most; the sum over all replicas must fit the server. */
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** The one pool of a process: `Queries` and Prisma's adapter share it (cost rule). `end()` closes it. */
export function createPool({ url, max, applicationName }: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_WAIT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: ANSWER_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    options: `${DURABLE_COMMITS} ${PLANNED_ONCE}`,
  });
  // A connection that breaks says so twice: to the statement on it, which is answered 503, and as an event, which without a
  // listener would end the process. What was idle is replaced at its next use.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
