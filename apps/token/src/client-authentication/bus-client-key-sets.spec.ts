import type { ServiceClient } from '@tessera/messaging';
import { Outage } from '@tessera/vocabulary';
import { BusClientKeySets } from './bus-client-key-sets.js';

function keySets(answer: () => Promise<unknown> = () => Promise.resolve({ outcome: 'refreshed' })) {
  const steps: string[] = [];
  const call = (contract: { subject: string }, request: { clientId: string }) => {
    steps.push(`${contract.subject} ${request.clientId}`);
    return answer();
  };
  const directory = { pollNow: () => Promise.resolve(void steps.push('pollNow')) };
  return { steps, keySets: new BusClientKeySets({ call } as unknown as ServiceClient, directory) };
}

describe('OIDC Core §10.1.1 fetching a key set again', () => {
  it('asks authorization, then waits for the copy of the clients', async () => {
    const { keySets: sets, steps } = keySets();
    await sets.refresh('a');
    expect(steps).toEqual(['authorization.client-key-set.refresh.v1 a', 'pollNow']);
  });

  it.each(['unchanged', 'too_soon', 'failed', 'no_uri', 'unknown_client'])('looks at the copy again when the outcome is %s', async (outcome) => {
    const { keySets: sets, steps } = keySets(() => Promise.resolve({ outcome }));
    await sets.refresh('a');
    expect(steps.at(-1)).toBe('pollNow');
  });

  it('asks once for many requests of a client, and once for each client', async () => {
    const { keySets: sets, steps } = keySets();
    await Promise.all([sets.refresh('a'), sets.refresh('a'), sets.refresh('b'), sets.refresh('a')]);
    expect(steps.filter((step) => step !== 'pollNow')).toHaveLength(2);
  });

  it('asks again after an outage, which everyone who waited is told', async () => {
    let away = true;
    const { keySets: sets, steps } = keySets(() => (away ? Promise.reject(new Outage('authorization', 'away')) : Promise.resolve({ outcome: 'refreshed' })));
    const told = await Promise.allSettled([sets.refresh('a'), sets.refresh('a')]);
    expect(told.map((one) => one.status === 'rejected' && one.reason instanceof Outage)).toEqual([true, true]);
    away = false;
    await expect(sets.refresh('a')).resolves.toBeUndefined();
    expect(steps.filter((step) => step === 'pollNow')).toHaveLength(1);
  });
});
