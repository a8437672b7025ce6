import { execFile } from 'node:child_process';
import path from 'node:path';
import { useDatabase } from '../../testing/src/postgres-suite.js';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const PRISMA = path.join(ROOT, 'node_modules', 'prisma', 'build', 'index.js');
const DIFF_MS_MAX = 60_000;

const suite = useDatabase();

/** What Prisma would change to bring the database to the schema files. */
function difference(): Promise<string> {
  const args = [PRISMA, 'migrate', 'diff', '--from-config-datasource', '--to-schema', path.join('prisma', 'schema')];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: ROOT, env: { ...process.env, DATABASE_URL: suite.database.ownerUrl } }, (error, stdout) => {
      if (error === null) resolve(stdout.trim());
      else reject(error);
    });
  });
}

describe('Ours: migrations and schema files say the same', () => {
  it('MUST leave no difference', async () => {
    expect(await difference()).toBe('No difference detected.');
  }, DIFF_MS_MAX);

  it('notices a column, a nullability, a type and an index that differ', async () => {
    await suite.owner.query(`
      ALTER TABLE revoked_jti ADD COLUMN reason text;
      ALTER TABLE client ALTER COLUMN name DROP NOT NULL;
      ALTER TABLE resource ALTER COLUMN access_token_lifetime_seconds TYPE bigint;
      DROP INDEX key_state_idx`);
    const found = await difference();
    for (const what of ['reason', 'name', 'access_token_lifetime_seconds', 'index on columns (state)']) expect(found).toContain(what);
  }, DIFF_MS_MAX);
});
