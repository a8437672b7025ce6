import { PublishedKeysMirror } from '@tessera/key-lease/published-keys';
import { ManualTime, until } from '@tessera/key-lease/testing';
import type { ServiceClient } from '@tessera/messaging';
import { silentLogger } from '@tessera/observability';
import { identityOf } from '../testing.js';
import { JwksServer } from './jwks.server.js';
import { SqlPublishedKeys } from './sql-published-keys.js';

const KID = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const EC = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' };

/** A mirror of a server whose table has these rows. */
async function mirrorOf(rows: object[]) {
  const server = new JwksServer(new SqlPublishedKeys({ run: () => Promise.resolve(rows) }), identityOf('key-management').seed);
  const call = (_contract: unknown, request: { nonce: string }) => server.get(request);
  const time = new ManualTime();
  const mirror = new PublishedKeysMirror({
    services: { call: call as unknown as ServiceClient['call'] },
    keyManagementNkeys: [identityOf('key-management').nkey],
    clock: time,
    timer: time,
    logger: silentLogger,
  });
  mirror.start();
  await until(() => mirror.loaded);
  return mirror;
}

const row = (members: object) => ({ kid: KID, purpose: 'sign', algorithm: 'ES256', state: 'active', publicJwk: EC, ...members });

describe('KEY-3 the JWKS', () => {
  it('has public members, kid, alg and use, and never a private member', async () => {
    const mirror = await mirrorOf([row({ publicJwk: { ...EC, d: 'secret', p: 'secret', k: 'secret', key_ops: ['sign'] } })]);
    expect(mirror.jwks()).toEqual({ keys: [{ ...EC, kid: KID, alg: 'ES256', use: 'sig' }] });
  });

  it('has published, active and retiring signing keys and no others', async () => {
    const states = ['created', 'published', 'active', 'retiring', 'removed'].map((state) => row({ state, kid: state }));
    const others = ['password-transport', 'client-secret'].map((purpose) => row({ purpose, kid: purpose, algorithm: 'ECDH-ES+A256KW' }));
    const mirror = await mirrorOf([...states, ...others]);
    expect(mirror.jwks().keys.map(({ kid }) => kid)).toEqual(['published', 'active', 'retiring']);
  });
});

describe('Decision 8: the keys to seal to', () => {
  it('are the active ones of the opening purposes', async () => {
    const sealing = (state: string) => row({ purpose: 'client-secret', algorithm: 'ECDH-ES+A256KW', state, kid: state });
    const mirror = await mirrorOf([sealing('retiring'), sealing('active'), sealing('published')]);
    expect(mirror.sealingKey('client-secret')).toEqual({ purpose: 'client-secret', kid: 'active', jwk: EC });
    expect(() => mirror.sealingKey('password-transport')).toThrow('there is no key to seal to');
  });
});
