import type { Logger, Metrics } from '@tessera/observability';
import type pg from 'pg';
import { REQUIRED_MIGRATION } from './required-migration.js';
import { appliedMigration } from './schema-gate.js';

/** Milliseconds a known migration is believed: a scrape waits for no database. */
const MIGRATION_AGE_MS_MAX = 60_000;

/** What a process that has not learned it yet says of the applied migration. */
const UNKNOWN = 'unknown';

/**
 * How the pool of this process is used, and which migration it needs and finds: `db_pool_used`, `db_pool_wait`, `db_pool_size`,
 * `schema_migration_info`. Nothing is kept between two looks but the name of the migration.
 */
export function measureDatabase(pool: pg.Pool, metrics: Metrics, logger: Pick<Logger, 'debug'>): void {
  metrics.gauge('db_pool_used', 'Connections to PostgreSQL that are in use.', [], (gauge) => gauge.set(pool.totalCount - pool.idleCount));
  metrics.gauge('db_pool_wait', 'Requests that wait for a connection to PostgreSQL.', [], (gauge) => gauge.set(pool.waitingCount));
  metrics.gauge('db_pool_size', 'Connections to PostgreSQL this process may have.', []).set(pool.options.max);
  const applied = new AppliedMigration(pool, logger);
  metrics.gauge('schema_migration_info', '1; the migration this release needs, and the newest the database has.', ['required', 'applied'], (gauge) => {
    gauge.reset();
    gauge.set({ required: REQUIRED_MIGRATION, applied: applied.known() }, 1);
  });
}

/** The newest migration of the database, as it was a while ago at most; asked for beside the scrape that wants to know. */
class AppliedMigration {
  private name = UNKNOWN;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pool: pg.Pool,
    private readonly logger: Pick<Logger, 'debug'>,
  ) {
    this.known();
  }

  known(): string {
    if (performance.now() - this.askedAt > MIGRATION_AGE_MS_MAX) void this.ask();
    return this.name;
  }

  private async ask(): Promise<void> {
    this.askedAt = performance.now();
    try {
      this.name = (await appliedMigration(this.pool)) ?? UNKNOWN;
    } catch (error) {
      // Readiness tells of a database that is away; the last name stays, and is asked for again with the next scrape.
      this.askedAt = Number.NEGATIVE_INFINITY;
      this.logger.debug('the applied migration is not known', { error });
    }
  }
}
