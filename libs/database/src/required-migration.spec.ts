import { readdirSync } from 'node:fs';
import { MIGRATIONS_DIRECTORY } from '../../../tools/migrate/migrate.mjs';
import { REQUIRED_MIGRATION } from './required-migration.js';

describe('Ours: the schema gate asks for the newest migration', () => {
  it('MUST be the last of prisma/migrations', () => {
    const names = readdirSync(MIGRATIONS_DIRECTORY, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    expect(names.at(-1)).toBe(REQUIRED_MIGRATION);
  });
});
