import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MigrationStop, oneLine } from './migration-stop.mjs';

/** Where the migrations of this release stand. */
export const MIGRATIONS_DIRECTORY = path.join(import.meta.dirname, '..', '..', 'prisma', 'migrations');

/** The migrations of a release in the order of their names, each with the checksum Prisma would record for it. */
export function migrationsOf(directory = MIGRATIONS_DIRECTORY) {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .map((name) => {
        const sql = readFileSync(path.join(directory, name, 'migration.sql'), 'utf8');
        return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
      });
  } catch (error) {
    throw new MigrationStop(`the migrations of this release cannot be read: ${oneLine(error)}`);
  }
}

/**
 * Compares what a database records with what a release has, and returns what is still to be applied. Stops at everything a
 * person has to look at, before anything is changed.
 */
export function pendingOf(release, recorded) {
  for (const row of recorded) {
    if (!row.finished) throw new MigrationStop(`migration ${row.name} failed halfway: mend the database, then "resolve --applied ${row.name}" or "resolve --rolled-back ${row.name}"`);
    const known = release.find((migration) => migration.name === row.name);
    if (known === undefined) throw new MigrationStop(foreign(row.name, release));
    if (known.checksum !== row.checksum) throw new MigrationStop(`migration ${row.name} was edited after it was applied: restore the file and put the change into a new migration`);
  }
  const applied = new Set(recorded.map((row) => row.name));
  return release.filter((migration) => !applied.has(migration.name));
}

function foreign(name, release) {
  const newest = release.at(-1)?.name ?? '';
  return name > newest
    ? `the database is newer than this release: it has ${name}, the release ends at ${newest}; deploy a newer release`
    : `the database has migration ${name}, which this release does not know: deploy the release it belongs to`;
}
