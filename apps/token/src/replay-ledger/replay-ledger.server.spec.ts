import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { SpendAssertion } from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import type { ReplayLedger } from '@tessera/protocol/client-authentication';
import { Outage } from '@tessera/vocabulary';
import { replayLedgerModule } from './index.js';

const DIGEST = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';

/** The ledger of this service on a network of one process. */
async function serve(spend: ReplayLedger['spend']) {
  const network = new InMemoryNetwork();
  const app = await NestFactory.createMicroservice(replayLedgerModule({ spend }), { strategy: new NatsTransport(network.join('token')), logger: false });
  await app.listen();
  const authorization = new ServiceClient(network.join('authorization'));
  const ask = () => authorization.call(SpendAssertion, { digest: DIGEST, expiresAt: 1_700_000_300 }, newCallContext());
  return { app, ask };
}

describe('CLI-7 one ledger for all services', () => {
  it('is given the digest and the expiry as they were asked, and says what became of them', async () => {
    const seen: [string, number][] = [];
    const { app, ask } = await serve((digest, expiresAt) => {
      seen.push([Buffer.from(digest).toString('base64url'), expiresAt]);
      return Promise.resolve(seen.length === 1 ? 'spent' : 'replayed');
    });
    expect([await ask(), await ask()]).toEqual([{ outcome: 'spent' }, { outcome: 'replayed' }]);
    expect(seen).toEqual([[DIGEST, 1_700_000_300], [DIGEST, 1_700_000_300]]);
    await app.close();
  });

  it('MUST NOT answer when the database does not: an outage stays one (I7)', async () => {
    const { app, ask } = await serve(() => Promise.reject(new Outage('postgresql', 'away')));
    await expect(ask()).rejects.toMatchObject({ name: 'Outage', dependency: 'postgresql' });
    await app.close();
  });
});
