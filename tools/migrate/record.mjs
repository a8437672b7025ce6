import { randomUUID } from 'node:crypto';

/** The table Prisma keeps, column for column, so that either tool goes on where the other stopped. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** Makes the table when the database has none. */
export async function createRecord(client) {
  await client.query(CREATE_TABLE);
}

/** What the database says was applied; nothing for a database that was never migrated. Changes nothing. */
export async function readRecord(client) {
  const { rows: [table] } = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present");
  if (!table.present) return [];
  const { rows } = await client.query(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name, started_at`,
  );
  return rows;
}

/** Records a migration as applied, in the caller's transaction. */
export async function recordApplied(client, migration) {
  await client.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
    [randomUUID(), migration.checksum, migration.name],
  );
}

/** Takes back the record of a migration that failed halfway; the number of rows it was. */
export async function recordRolledBack(client, name) {
  const { rowCount } = await client.query(
    'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL',
    [name],
  );
  return rowCount;
}
