import { readFileSync } from 'node:fs';
import path from 'node:path';
import { useDatabase } from '../../libs/testing/src/postgres-suite.js';
import { PREVIOUS } from '../../tools/rolling/release-record.mjs';
import { schemaProblems, schemaRecord } from '../../tools/rolling/schema.mjs';

const read = (name: string) => JSON.parse(readFileSync(path.join(PREVIOUS, name), 'utf8'));
const previous = read('schema.json');
const statements: Record<string, string> = read('statements.json');
const tolerated: Record<string, string> = read('../tolerated.json');

const suite = useDatabase();
const rowsOf = async (text: string) => (await suite.owner.query(text)).rows;

/** What the release before could not do after this change, which is undone. */
async function after(change: string): Promise<string[]> {
  const client = await suite.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(change);
    return schemaProblems(previous, await schemaRecord(async (text: string) => (await client.query(text)).rows));
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** Prepares each statement of the release before; the names of those that PostgreSQL refuses. */
async function refused(change: string): Promise<string[]> {
  const client = await suite.owner.connect();
  const failed: string[] = [];
  try {
    await client.query('BEGIN');
    await client.query(change);
    for (const [name, text] of Object.entries(statements)) {
      await client.query('SAVEPOINT one');
      await client.query(`PREPARE "${name}" AS ${text}`).catch(() => failed.push(name));
      await client.query('ROLLBACK TO SAVEPOINT one');
    }
    return failed;
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
    client.release();
  }
}

describe('Ours: services of the release before run on the present schema', () => {
  it('migrations only expand, beside what is tolerated with a reason', async () => {
    const found = schemaProblems(previous, await schemaRecord(rowsOf));
    expect(found.filter((problem) => tolerated[problem] === undefined)).toEqual([]);
  });

  it('every statement of the release before is still understood', async () => {
    expect(Object.keys(statements).length).toBeGreaterThan(100);
    expect(await refused('SELECT 1')).toEqual([]);
  });
});

describe('Ours: a migration that takes something away is found', () => {
  it.each([
    ['a table goes', 'DROP TABLE silenced_client CASCADE', 'silenced_client is gone'],
    ['a column goes', 'ALTER TABLE client DROP COLUMN name CASCADE', 'client.name is gone'],
    ['a column is renamed', 'ALTER TABLE client RENAME COLUMN name TO title', 'client.name is gone'],
    ['a table is renamed', 'ALTER TABLE client_secret RENAME TO secret', 'client_secret is gone'],
    ['a column has another type', 'ALTER TABLE account ALTER COLUMN created_at TYPE date', 'account.created_at was timestamp with time zone and is date'],
    ['a column may not be null any more', 'ALTER TABLE account ALTER COLUMN locked_at SET NOT NULL', 'account.locked_at may not be null any more'],
    ['a column is not filled any more', 'ALTER TABLE account ALTER COLUMN enabled DROP DEFAULT', 'account.enabled is not filled by itself any more'],
    ['a column is new and needed', 'ALTER TABLE account ADD COLUMN tenant text NOT NULL', 'account.tenant is new, needed and without a default'],
    ['a rule is new', "ALTER TABLE account ADD CONSTRAINT short CHECK (length(id) < 40)", 'account has the rule short as a new one'],
    ['values have to be unique', 'CREATE UNIQUE INDEX one_secret ON client_secret (client_id)', 'client_secret has the rule one_secret as a new one'],
    ['a right is taken away', 'REVOKE SELECT ON client FROM tessera_authorization', 'tessera_authorization has no SELECT on client any more'],
  ])('%s', async (_case, change, problem) => {
    expect((await after(change)).join('\n')).toContain(problem);
  });

  it.each([
    ['a table is new', 'CREATE TABLE tenant (id text PRIMARY KEY)'],
    ['a column is new', 'ALTER TABLE account ADD COLUMN tenant text'],
    ['a column is new, needed and filled', "ALTER TABLE account ADD COLUMN tenant text NOT NULL DEFAULT 'x' CHECK (length(tenant) < 9)"],
    ['an index is new', 'CREATE INDEX account_created ON account (created_at)'],
    ['a rule goes', 'ALTER TABLE account DROP CONSTRAINT account_claims_check'],
  ])('nothing is said when %s', async (_case, change) => {
    expect(await after(change)).toEqual([]);
  });

  it('a statement that is not understood any more is named', async () => {
    expect((await refused('ALTER TABLE client_secret RENAME COLUMN digest TO hash')).length).toBeGreaterThan(0);
  });
});
