import { createPool, loadStatements, Queries, SqlReplayLedger } from '@tessera/database';
import { REPLAY_LEDGER_LAWS } from '@tessera/protocol/client-authentication/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { Outage } from '@tessera/vocabulary';

const suite = useDatabase();

/** A process that has just started: its own pool, nothing in memory. */
async function open() {
  const { rows } = await suite.owner.query<{ now: number }>('SELECT floor(extract(epoch FROM now()))::float8 AS now');
  return { ledger: new SqlReplayLedger(new Queries(suite.pool('tessera_token'), loadStatements('token'))), now: rows[0]?.now ?? 0 };
}

describe('CLI-7 the replay ledger in PostgreSQL', () => {
  it.each(REPLAY_LEDGER_LAWS.map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await expect(law.check(open)).resolves.toBeUndefined();
  });

  it('fails closed when the database is away, and takes the entry when it is back (I7)', async () => {
    const { now } = await open();
    const away = new URL(suite.database.urlOf('tessera_token'));
    away.port = '1';
    const pool = createPool({ url: away.toString(), max: 1, applicationName: 'away' });
    const ledger = new SqlReplayLedger(new Queries(pool, loadStatements('token')));
    await expect(ledger.spend(Buffer.alloc(32, 7), now + 60)).rejects.toBeInstanceOf(Outage);
    await pool.end();
    expect(await (await open()).ledger.spend(Buffer.alloc(32, 7), now + 60)).toBe('spent');
  });
});
