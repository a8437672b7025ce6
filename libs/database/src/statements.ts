import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Owners of tables (decision 2). */
export const DATABASE_OWNERS = ['authorization', 'token', 'device-ciba', 'key-management'] as const;
/** An owner of tables. */
export type DatabaseOwner = (typeof DATABASE_OWNERS)[number];

/** SQL by name. */
export type Statements = ReadonlyMap<string, string>;

/** `src` and `dist` lie at the same depth, so one path serves both. */
const QUERIES_DIRECTORY = fileURLToPath(new URL('../../../prisma/queries', import.meta.url));

/**
 * The statements of these owners, by file name: a service takes its own, and those of the owners whose published reads it uses
 * (`read/<owner>`). Read once at the start. Throws when two files have the same name.
 */
export function loadStatements(...owners: readonly DatabaseOwner[]): Statements {
  const statements = new Map<string, string>();
  for (const owner of owners) {
    for (const file of statementFiles(owner)) {
      const name = path.basename(file, '.sql');
      if (statements.has(name)) throw new RangeError(`two statements have the name ${name}`);
      statements.set(name, readFileSync(file, 'utf8'));
    }
  }
  return statements;
}

function statementFiles(owner: DatabaseOwner): readonly string[] {
  const directory = path.join(QUERIES_DIRECTORY, owner);
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => path.join(directory, file));
}
