import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

/** Where the release before stands. */
export const PREVIOUS = path.join(ROOT, 'tests/rolling/previous');

/** The migrations of this tree with the sums of their text, oldest first. */
export function migrationsRecord() {
  const directory = path.join(ROOT, 'prisma/migrations');
  const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [name, createHash('sha256').update(readFileSync(path.join(directory, name, 'migration.sql'))).digest('hex')]));
}

/** The named statements of this tree, by owner and name. */
export function statementsRecord() {
  const directory = path.join(ROOT, 'prisma/queries');
  const files = readdirSync(directory, { recursive: true }).map(String).filter((name) => name.endsWith('.sql')).sort();
  return Object.fromEntries(files.map((name) => [name.replaceAll(path.sep, '/').slice(0, -'.sql'.length), readFileSync(path.join(directory, name), 'utf8')]));
}

/** Which migrations of the release before were changed or taken away, as lines. */
export function migrationProblems(previous, present) {
  const changed = Object.entries(previous).filter(([name, sum]) => present[name] !== sum);
  const newest = Object.keys(previous).at(-1) ?? '';
  const slipped = Object.keys(present).filter((name) => previous[name] === undefined && name < newest);
  return [
    ...changed.map(([name]) => `${name} ${present[name] === undefined ? 'is gone' : 'was changed'} after it was released`),
    ...slipped.map((name) => `${name} stands before migrations that were released`),
  ];
}
