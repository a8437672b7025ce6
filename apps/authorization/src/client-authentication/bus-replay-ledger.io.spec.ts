import { SpendAssertion } from '@tessera/contracts';
import { loadStatements, Queries, SqlReplayLedger } from '@tessera/database';
import type { ServiceClient } from '@tessera/messaging';
import { REPLAY_LEDGER_LAWS } from '@tessera/protocol/client-authentication/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { BusReplayLedger } from './index.js';

const suite = useDatabase();

/** A process of this service, and one of token behind the message; both have just started. */
async function open() {
  const { rows } = await suite.owner.query<{ now: number }>('SELECT floor(extract(epoch FROM now()))::float8 AS now');
  const token = new SqlReplayLedger(new Queries(suite.pool('tessera_token'), loadStatements('token')));
  const call = async (_contract: unknown, request: unknown) => {
    const { digest, expiresAt } = SpendAssertion.request.parse(JSON.parse(JSON.stringify(request)));
    return SpendAssertion.reply.parse({ outcome: await token.spend(Buffer.from(digest, 'base64url'), expiresAt) });
  };
  return { ledger: new BusReplayLedger({ call } as unknown as ServiceClient), now: rows[0]?.now ?? 0 };
}

describe('CLI-7 the replay ledger as the other services have it', () => {
  it.each(REPLAY_LEDGER_LAWS.map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await expect(law.check(open)).resolves.toBeUndefined();
  });
});
