import type pg from 'pg';
import { DATABASE_ROLES } from '../../../../testing/src/postgres.js';
import { useDatabase } from '../../../../testing/src/postgres-suite.js';
import { Queries } from '../../queries.js';
import { loadStatements } from '../../statements.js';
import { type ChangesSince, parseChanges } from './client-rows.js';

const [AUTHORIZATION, TOKEN] = DATABASE_ROLES;
const suite = useDatabase();

const INSERT_CLIENT = `
  INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
  VALUES ($1, $1, 'client_secret_basic', '{client_credentials}', '{}', '{}', 'api')`;
const INSERT_RESOURCE = "INSERT INTO resource (identifier, name, scope, introspected_by, managed_by) VALUES ($1, $1, '{}', '{}', 'api')";

/** Reads as a process of token does. */
function reader(): (number: number) => Promise<ChangesSince> {
  const queries = new Queries(suite.pool(TOKEN, 1), loadStatements('authorization'));
  return async (number) => parseChanges(await queries.run('read-client-changes', [number, 1_000]));
}

async function begun(pool: pg.Pool, statement: string, params: readonly unknown[]): Promise<pg.PoolClient> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(statement, [...params]);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function committed(client: pg.PoolClient): Promise<void> {
  await client.query('COMMIT');
  client.release();
}

/** Until another session waits for a lock that this one holds; bounded by the test's own time. */
async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const { rowCount } = await suite.owner.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
    if (rowCount !== 0) return;
  }
}

describe('Decision 4: every write to a client or a resource raises its number', () => {
  const cases: readonly (readonly [string, string, readonly unknown[], readonly { kind: string; id: string }[]])[] = [
    ['a new client', INSERT_CLIENT, ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['a client that is disabled', "UPDATE client SET enabled = false WHERE id = $1", ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['a new secret', "INSERT INTO client_secret (client_id, digest) VALUES ($1, repeat('A', 43))", ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['a secret that is given an end', 'UPDATE client_secret SET expires_at = now() WHERE client_id = $1', ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['a secret that is deleted', 'DELETE FROM client_secret WHERE client_id = $1', ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['new keys', "INSERT INTO client_key_set (client_id, keys, source) VALUES ($1, '[]', 'value')", ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['changed keys', "UPDATE client_key_set SET source = 'uri', fetched_at = now() WHERE client_id = $1", ['c1'], [{ kind: 'client', id: 'c1' }]],
    ['a client with another id', "UPDATE client SET id = 'c2' WHERE id = $1", ['c1'], [{ kind: 'client', id: 'c1' }, { kind: 'client', id: 'c2' }]],
    ['a client that is removed with all it has', 'DELETE FROM client WHERE id = $1', ['c2'], [{ kind: 'client', id: 'c2' }]],
    ['a new resource', INSERT_RESOURCE, ['https://r'], [{ kind: 'resource', id: 'https://r' }]],
    ['a changed resource', 'UPDATE resource SET enabled = false WHERE identifier = $1', ['https://r'], [{ kind: 'resource', id: 'https://r' }]],
    ['a removed resource', 'DELETE FROM resource WHERE identifier = $1', ['https://r'], [{ kind: 'resource', id: 'https://r' }]],
  ];

  it('MUST tell of each of them, in the transaction that writes it', async () => {
    const [pool, read] = [suite.pool(AUTHORIZATION), reader()];
    for (const [what, statement, params, changes] of cases) {
      const before = await read(Number.MAX_SAFE_INTEGER);
      await pool.query(statement, [...params]);
      const after = await read(before.number);
      expect({ what, changes: [...after.changes].sort((a, b) => a.id.localeCompare(b.id)), rose: after.number > before.number }).toEqual({ what, changes, rose: true });
    }
  });

  it('MUST tell of nothing that was rolled back, and leave no gap a reader could fall into', async () => {
    const [pool, read] = [suite.pool(AUTHORIZATION), reader()];
    const before = await read(Number.MAX_SAFE_INTEGER);
    const writer = await begun(pool, INSERT_CLIENT, ['rolled-back']);
    await writer.query('SET CONSTRAINTS ALL IMMEDIATE');
    await writer.query('ROLLBACK');
    writer.release();
    expect(await read(before.number)).toMatchObject({ number: before.number, server: before.server, changes: [] });
  });
});

describe('Decision 4: numbers become visible in their order', () => {
  it('MUST not lose the change of a writer that began first and commits last', async () => {
    const [pool, read] = [suite.pool(AUTHORIZATION), reader()];
    const start = await read(Number.MAX_SAFE_INTEGER);
    const slow = await begun(pool, INSERT_CLIENT, ['slow']);
    await pool.query(INSERT_CLIENT, ['fast']);
    const first = await read(start.number);
    expect(first.changes).toEqual([{ kind: 'client', id: 'fast' }]);
    await committed(slow);
    expect((await read(first.number)).changes).toEqual([{ kind: 'client', id: 'slow' }]);
  });

  it('MUST make a writer wait for the commit of the one that has the number before', async () => {
    const [pool, read] = [suite.pool(AUTHORIZATION), reader()];
    const start = await read(Number.MAX_SAFE_INTEGER);
    const numbered = await begun(pool, INSERT_CLIENT, ['numbered']);
    await numbered.query('SET CONSTRAINTS ALL IMMEDIATE');
    let done = false;
    const waiting = pool.query(INSERT_CLIENT, ['waiting']).then(() => {
      done = true;
    });
    await untilSomebodyWaits();
    expect(done).toBe(false);
    expect((await read(start.number)).changes).toEqual([]);
    await committed(numbered);
    await waiting;
    const both = await read(start.number);
    expect(both.changes).toEqual([{ kind: 'client', id: 'numbered' }, { kind: 'client', id: 'waiting' }]);
    expect(both.number).toBe(start.number + 2);
  });

  it('MUST lose none of many writers that write over each other while a reader follows', async () => {
    const [pool, read] = [suite.pool(AUTHORIZATION, 8), reader()];
    const ids = Array.from({ length: 12 }, (_, i) => `raced-${i}`);
    for (const id of ids) await pool.query(INSERT_CLIENT, [id]);
    const known = new Map<string, string>();
    const names = async () => new Map((await suite.owner.query<{ id: string; name: string }>("SELECT id, name FROM client WHERE id LIKE 'raced-%'")).rows.map(({ id, name }) => [id, name]));
    let { number } = await read(Number.MAX_SAFE_INTEGER);
    for (const [id, name] of await names()) known.set(id, name);
    let writing = true;
    const following = (async () => {
      // One more time after the last write, as the next poll would.
      for (let last = false; !last; ) {
        last = !writing;
        const news = await read(number);
        number = news.number;
        const current = await names();
        for (const { id } of news.changes) if (known.has(id)) known.set(id, current.get(id) ?? '');
      }
    })();
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; i < 40; i++) {
        // One or two clients a transaction, in one order, so that only the counter can make writers wait for each other twice.
        const chosen = [...new Set([(i * 5 + writer) % ids.length, (i * 7 + writer * 3 + 1) % ids.length])].sort((a, b) => a - b);
        const client = await begun(pool, 'UPDATE client SET name = $2 WHERE id = $1', [ids[chosen[0] ?? 0], `${writer}-${i}`]);
        for (const other of chosen.slice(1)) await client.query('UPDATE client SET name = $2 WHERE id = $1', [ids[other], `${writer}-${i}`]);
        await committed(client);
      }
    });
    await Promise.all(writers).finally(() => {
      writing = false;
    });
    await following;
    expect(known).toEqual(await names());
  }, 30_000);

  it('does not deadlock writers that change the same clients in opposite order after each other', async () => {
    const pool = suite.pool(AUTHORIZATION);
    const one = await begun(pool, "UPDATE client SET name = 'x' WHERE id = $1", ['raced-0']);
    const two = await begun(pool, "UPDATE client SET name = 'y' WHERE id = $1", ['raced-1']);
    const blocked = one.query("UPDATE client SET name = 'x' WHERE id = 'raced-1'");
    await untilSomebodyWaits();
    await committed(two);
    await blocked;
    await committed(one);
    const { rows } = await suite.owner.query("SELECT name FROM client WHERE id IN ('raced-0', 'raced-1')");
    expect(rows).toEqual([{ name: 'x' }, { name: 'x' }]);
  });
});

describe('I12 the news of removals is bounded', () => {
  it('MUST go a day after the removal, and never that of something that is there', async () => {
    const queries = new Queries(suite.pool(AUTHORIZATION), loadStatements('authorization'));
    await suite.owner.query("UPDATE client_change SET changed_at = now() - interval '25 hours' WHERE id IN ('c1', 'raced-0')");
    expect(await queries.run('remove-old-client-changes', [100])).toEqual([{ kind: 'client', id: 'c1' }]);
  });
});
