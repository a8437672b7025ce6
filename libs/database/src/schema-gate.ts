import type pg from 'pg';
import { connectionOutage, outageOf } from './outage.js';
import { REQUIRED_MIGRATION } from './required-migration.js';

/** The table is not there before the first migration, and not readable before the first of them has granted it. */
const NOT_MIGRATED = ['42P01', '42501'];

/**
 * The schema gate: tells whether the database has the migrations this release needs; it may have newer ones (PGS-7). A service
 * asks before it subscribes to anything, and again until it holds.
 *
 * @throws {Outage} when the database cannot be asked.
 */
export async function schemaApplied(pool: pg.Pool, required: string = REQUIRED_MIGRATION): Promise<boolean> {
  const client = await pool.connect().catch((error: unknown) => {
    throw connectionOutage(error);
  });
  try {
    const { rowCount } = await client.query(
      'SELECT FROM _prisma_migrations WHERE migration_name = $1 AND finished_at IS NOT NULL AND rolled_back_at IS NULL',
      [required],
    );
    return rowCount === 1;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && NOT_MIGRATED.includes(String(error.code))) return false;
    throw outageOf(error) ?? error;
  } finally {
    client.release();
  }
}

/**
 * The newest migration the database has; null before the first.
 *
 * @throws {Outage} when the database cannot be asked.
 */
export async function appliedMigration(pool: pg.Pool): Promise<string | null> {
  try {
    const { rows } = await pool.query<{ name: string }>(
      'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name DESC LIMIT 1',
    );
    return rows[0]?.name ?? null;
  } catch (error) {
    throw outageOf(error) ?? error;
  }
}
