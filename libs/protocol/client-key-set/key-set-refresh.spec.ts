import { ClientId } from '@tessera/vocabulary';
import { type FetchedKeySet, refreshClientKeySet } from './index.js';
import { EXAMPLE_KEYS, InMemoryClientKeySets, keySetSource } from './testing.js';

const CLIENT = ClientId.parse('s6BhdRkqt3');
const URI = 'https://client.example.com/jwks';
const { p256, rsa2048 } = EXAMPLE_KEYS;

function refreshing(answer: FetchedKeySet, stored = [rsa2048]) {
  const keySets = new InMemoryClientKeySets();
  keySets.add(CLIENT, URI, stored);
  const source = keySetSource({ [URI]: answer });
  return {
    keySets,
    source,
    refresh: () => refreshClientKeySet(CLIENT, { keySets, source }),
    keys: () => keySets.rows.get(CLIENT)?.keys,
  };
}

const fetched = (value: unknown): FetchedKeySet => ({ outcome: 'fetched', value, freshSeconds: 600 });

describe('Ours (OUT-5): a key set is fetched at most once per client and minute', () => {
  it('stores what it fetched and says when to come again', async () => {
    const { refresh, keys } = refreshing(fetched({ keys: [p256] }));
    expect(await refresh()).toEqual({ outcome: 'refreshed', freshSeconds: 600 });
    expect(keys()).toEqual([p256]);
  });

  it('says so when nothing changed', async () => {
    expect(await refreshing(fetched({ keys: [rsa2048] })).refresh()).toEqual({ outcome: 'unchanged', freshSeconds: 600 });
  });

  it('does not fetch again within the minute, and does after it', async () => {
    const { refresh, source, keySets } = refreshing(fetched({ keys: [p256] }));
    await refresh();
    expect(await refresh()).toEqual({ outcome: 'too_soon' });
    expect(source.asked).toEqual([URI]);
    keySets.passMinute();
    expect(await refresh()).toMatchObject({ outcome: 'unchanged' });
  });

  it('tells those who come while somebody else fetches, and until there is a result only', async () => {
    const { refresh, keySets } = refreshing(fetched({ keys: [p256] }));
    const claim = await keySets.claim(CLIENT);
    if (claim.outcome !== 'claimed') throw new Error('not claimed');
    expect(await refresh()).toEqual({ outcome: 'under_way' });
    await keySets.recordFailure(claim, 'timeout');
    expect(await refresh()).toEqual({ outcome: 'too_soon' });
  });

  it('of 40 that ask at once one fetches', async () => {
    const { refresh, source } = refreshing(fetched({ keys: [p256] }));
    const outcomes = (await Promise.all(Array.from({ length: 40 }, refresh))).map((one) => one.outcome);
    expect(outcomes.filter((one) => one === 'refreshed')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'under_way')).toHaveLength(39);
    expect(source.asked).toHaveLength(1);
  });

  it('knows clients without a jwks_uri and clients nobody knows', async () => {
    const keySets = new InMemoryClientKeySets();
    keySets.add(CLIENT, null);
    const ports = { keySets, source: keySetSource({}) };
    expect(await refreshClientKeySet(CLIENT, ports)).toEqual({ outcome: 'no_uri' });
    expect(await refreshClientKeySet(ClientId.parse('nobody'), ports)).toEqual({ outcome: 'unknown_client' });
  });
});

describe('Ours (OUT-5): a failed fetch never removes good keys', () => {
  it.each([
    ['nobody answered', { outcome: 'failed', why: 'timeout' } as const, 'timeout'],
    ['it is no key set', fetched('<html>'), 'this is not a key set'],
    ['it discloses a private key', fetched({ keys: [{ ...p256, d: 'AQAB' }] }), 'this is a private key'],
    ['it repeats a kid', fetched({ keys: [p256, p256] }), 'the key id is used twice'],
  ])('%s', async (_case, answer, failure) => {
    const { refresh, keys, keySets } = refreshing(answer);
    expect(await refresh()).toEqual({ outcome: 'failed' });
    expect(keys()).toEqual([rsa2048]);
    expect(keySets.rows.get(CLIENT)?.failure).toBe(failure);
  });

  it('a valid empty set does: that is how keys are withdrawn', async () => {
    const { refresh, keys } = refreshing(fetched({ keys: [] }));
    expect(await refresh()).toMatchObject({ outcome: 'refreshed' });
    expect(keys()).toEqual([]);
  });

  it('takes the keys that are for us and leaves the others', async () => {
    const { refresh, keys } = refreshing(fetched({ keys: [{ ...rsa2048, use: 'enc' }, { kty: 'AKP' }, p256] }));
    expect(await refresh()).toMatchObject({ outcome: 'refreshed' });
    expect(keys()).toEqual([p256]);
  });

  it('drops what a URI gave that is no longer the one of the client', async () => {
    const { keySets, source, refresh, keys } = refreshing(fetched({ keys: [p256] }));
    const slow = {
      ...source,
      fetch: async (uri: string) => (keySets.add(CLIENT, 'https://client.example.com/new', [rsa2048]), source.fetch(uri)),
    };
    expect(await refreshClientKeySet(CLIENT, { keySets, source: slow })).toEqual({ outcome: 'failed' });
    expect(keys()).toEqual([rsa2048]);
    expect(await refresh()).toEqual({ outcome: 'failed' });
  });
});
