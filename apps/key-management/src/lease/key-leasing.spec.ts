import { silentLogger } from '@tessera/observability';
import { findKeyType, type KeyType } from '@tessera/protocol/key-lifecycle';
import { Outage } from '@tessera/vocabulary';
import { KeyEncryption } from '../keys/key-encryption.js';
import { KeyVault } from '../keys/key-vault.js';
import { identityOf, keyBytes, keyring, lessee, replica } from '../testing.js';

/** Rows of a lease, made by a process with this keyring; `away` is a database that does not answer. */
async function leasing() {
  const ring = keyring('kek-1', { 'kek-1': keyBytes() });
  const vault = new KeyVault(new KeyEncryption(() => ring, silentLogger), { rsaModulusBits: 2048 });
  const key = { ...(await vault.create(findKeyType('sign', 'ES256') as KeyType)), state: 'active' };
  const state: { away: boolean; rows: unknown[]; statements: string[] } = { away: false, rows: [key], statements: [] };
  const queries = {
    run: (name: string) => {
      state.statements.push(name);
      return state.away ? Promise.reject(new Outage('postgresql', 'away')) : Promise.resolve(state.rows);
    },
  };
  return { management: replica(queries, { readKeyring: () => ring }), state, key };
}

describe('KEY-5 a lease is given from the database, never from memory', () => {
  it('MUST be an outage while the database is away, although the keys are in memory', async () => {
    const { management, state } = await leasing();
    await lessee(management, 'token', ['sign']).start();
    state.away = true;
    await expect(lessee(management, 'token', ['sign']).start()).rejects.toMatchObject({ cause: { name: 'Outage', dependency: 'postgresql' } });
  });

  it('MUST read the keys anew for each lease', async () => {
    const { management, state } = await leasing();
    await lessee(management, 'token', ['sign']).start();
    state.rows = [];
    const lease = lessee(management, 'token', ['sign']);
    await lease.start();
    expect(() => lease.signingKey('ES256')).toThrow('there is no active ES256 key');
    expect(state.statements).toEqual(['lease-keys', 'lease-keys']);
  });
});

describe('Decision 1: what is leased', () => {
  it.each(['created', 'published', 'retiring', 'removed'])('MUST NOT include a signing key that is %s, whatever the statement returns', async (keyState) => {
    const { management, state, key } = await leasing();
    state.rows = [{ ...key, state: keyState }];
    const lease = lessee(management, 'token', ['sign']);
    await lease.start();
    expect(lease.openingKeys('sign')).toEqual([]);
  });

  it('is nothing when the request is refused: the keys are not even read', async () => {
    const { management, state } = await leasing();
    await expect(lessee(management, 'token', ['sign'], { seed: identityOf('worker').seed }).start()).rejects.toThrow('no lease was given');
    expect(state.statements).toEqual(['record-refused-lease']);
  });
});
