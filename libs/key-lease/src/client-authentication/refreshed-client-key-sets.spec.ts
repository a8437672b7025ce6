import { client } from '@tessera/protocol/client/testing';
import { type ClientId, Outage } from '@tessera/vocabulary';
import { type KeySetFetch, RefreshedClientKeySets } from './refreshed-client-key-sets.js';

const [A, B] = ['a' as ClientId, 'b' as ClientId];

/** `shownAfterMs`: when the copy shows new keys, counted from pollNow; null: never. */
function keySets(answer: () => Promise<unknown> = () => Promise.resolve({ outcome: 'refreshed' }), shownAfterMs: number | null = 20) {
  const steps: string[] = [];
  let waited = 0;
  // The claim of the fetch is a change of the client too, so the copy may have been read anew since: other objects, same keys.
  const old = () => client({ keys: [{ kty: 'EC', kid: 'old' }] });
  const rolled = () => client({ keys: [{ kty: 'EC', kid: 'new' }] });
  const shown = () => steps.includes('pollNow') && shownAfterMs !== null && waited >= shownAfterMs;
  const copies = { client: () => Promise.resolve(shown() ? rolled() : old()), pollNow: () => void steps.push('pollNow') };
  const fetch = ((clientId: ClientId) => {
    steps.push(`fetch ${clientId}`);
    return answer();
  }) as KeySetFetch;
  const pause = (ms: number) => Promise.resolve((waited += ms));
  return { steps, waited: () => waited, keySets: new RefreshedClientKeySets(fetch, copies, pause) };
}

describe('OIDC Core §10.1.1 fetching a key set again', () => {
  it('asks authorization, then waits until the copy of the clients shows the keys', async () => {
    const { keySets: sets, steps, waited } = keySets();
    await sets.refresh(A);
    expect(steps).toEqual(['fetch a', 'pollNow']);
    expect(waited()).toBe(20);
  });

  it.each([
    ['refreshed', 500],
    ['too_soon', 100],
    ['unchanged', 100],
    ['failed', 0],
    ['no_uri', 0],
    ['unknown_client', 0],
  ])('after %s it waits at most %i ms for a copy that shows nothing', async (outcome, msMax) => {
    const { keySets: sets, steps, waited } = keySets(() => Promise.resolve({ outcome }), null);
    await sets.refresh(A);
    expect(steps.at(-1)).toBe('pollNow');
    expect(waited()).toBe(msMax);
  });

  it('waits for what another replica is fetching', async () => {
    const { keySets: sets, waited } = keySets(() => Promise.resolve({ outcome: 'under_way' }), 1_400);
    await sets.refresh(A);
    expect(waited()).toBe(1_400);
  });

  it('MUST be an outage, and no statement about the key, when that fetch does not end in time', async () => {
    const { keySets: sets, waited } = keySets(() => Promise.resolve({ outcome: 'under_way' }), null);
    await expect(sets.refresh(A)).rejects.toThrow(Outage);
    expect(waited()).toBe(1_500);
  });

  it('finds what another replica had fetched a moment ago', async () => {
    const { keySets: sets, waited } = keySets(() => Promise.resolve({ outcome: 'too_soon' }));
    await sets.refresh(A);
    expect(waited()).toBe(20);
  });

  it('asks once for many requests of a client, and once for each client', async () => {
    const { keySets: sets, steps } = keySets();
    await Promise.all([sets.refresh(A), sets.refresh(A), sets.refresh(B), sets.refresh(A)]);
    expect(steps.filter((step) => step !== 'pollNow')).toEqual([
      'fetch a',
      'fetch b',
    ]);
  });

  it('asks again after an outage, which everyone who waited is told', async () => {
    let away = true;
    const { keySets: sets, steps } = keySets(() => (away ? Promise.reject(new Outage('authorization', 'away')) : Promise.resolve({ outcome: 'refreshed' })));
    const told = await Promise.allSettled([sets.refresh(A), sets.refresh(A)]);
    expect(told.map((one) => one.status === 'rejected' && one.reason instanceof Outage)).toEqual([true, true]);
    away = false;
    await expect(sets.refresh(A)).resolves.toBeUndefined();
    expect(steps.filter((step) => step === 'pollNow')).toHaveLength(1);
  });
});
