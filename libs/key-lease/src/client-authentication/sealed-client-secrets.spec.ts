import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { sealTo } from '@tessera/jose/seal';
import { type KeyId, Outage } from '@tessera/vocabulary';
import { SealedClientSecrets } from './sealed-client-secrets.js';

const SECRET = 'a-secret-of-at-least-256-bits-for-a-mac-to-use';

function clientSecretKey(kid: string) {
  const { privateKey, publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return {
    leased: { kid, jwk: { ...privateKey.export({ format: 'jwk' }) } },
    seal: (payload: Record<string, unknown>) =>
      sealTo({ kid: kid as KeyId, jwk: { kty: 'EC', crv: 'P-256', x, y } }, payload),
  };
}

function secretsUnder(...keys: { kid: string; jwk: Record<string, unknown> }[]) {
  const lease = { keys, asked: [] as string[], renewals: 0 };
  const warnings: string[] = [];
  const renewNow = () => void (lease.renewals += 1);
  const openingKeys = (purpose: string) => {
    lease.asked.push(purpose);
    if (lease.keys.length === 0) throw new Outage('key-lease', 'no valid lease');
    return lease.keys;
  };
  return { lease, warnings, secrets: new SealedClientSecrets({ openingKeys, renewNow }, { warn: (message) => warnings.push(message) }) };
}

describe('CLI-3 a secret that is kept in usable form', () => {
  const key = clientSecretKey('seal-1');

  it('is opened with the leased key of its purpose', async () => {
    const { secrets, lease } = secretsUnder(key.leased);
    const sealed = await key.seal({ clientId: 's6BhdRkqt3', secret: SECRET });
    expect(await secrets.open(sealed, 's6BhdRkqt3')).toBe(SECRET);
    expect(await secrets.open(sealed, 's6BhdRkqt3')).toBe(SECRET);
    expect(new Set(lease.asked)).toEqual(new Set(['client-secret']));
  });

  it('is not opened for another client', async () => {
    const { secrets } = secretsUnder(key.leased);
    const sealed = await key.seal({ clientId: 's6BhdRkqt3', secret: SECRET });
    expect(await secrets.open(sealed, 'other')).toBeNull();
    expect(await secrets.open(sealed, 's6BhdRkqt3')).toBe(SECRET);
    expect(await secrets.open(sealed, 'other')).toBeNull();
  });

  it('is not to be had without a valid lease, though it was opened before (decision 1)', async () => {
    const { secrets, lease } = secretsUnder(key.leased);
    const sealed = await key.seal({ clientId: 's6BhdRkqt3', secret: SECRET });
    await secrets.open(sealed, 's6BhdRkqt3');
    lease.keys = [];
    await expect(secrets.open(sealed, 's6BhdRkqt3')).rejects.toBeInstanceOf(Outage);
  });

  it('is not to be had when its key is no longer on loan, and the operator is told', async () => {
    const { secrets, lease, warnings } = secretsUnder(key.leased);
    const sealed = await key.seal({ clientId: 's6BhdRkqt3', secret: SECRET });
    await secrets.open(sealed, 's6BhdRkqt3');
    lease.keys = [clientSecretKey('seal-2').leased];
    await expect(secrets.open(sealed, 's6BhdRkqt3')).rejects.toBeInstanceOf(Outage);
    lease.keys = [...lease.keys];
    expect(await secrets.open(sealed, 's6BhdRkqt3')).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('rotated')]);
  });

  it('is told of once for each sealed value, however often it is presented', async () => {
    const other = clientSecretKey('seal-2');
    const { secrets, lease, warnings } = secretsUnder(key.leased);
    const lost = [await other.seal({ clientId: 'a', secret: SECRET }), await other.seal({ clientId: 'b', secret: SECRET }), 'x'];
    const present = () => Promise.allSettled(lost.map((sealed) => secrets.open(sealed, 'a')));
    await present();
    for (let times = 0; times < 5; times += 1) {
      lease.keys = [...lease.keys];
      await present();
    }
    expect(warnings).toHaveLength(3);
  });

  it('is an outage, never a wrong secret, while the lease is older than its key (I7); the lease is renewed once for it', async () => {
    const next = clientSecretKey('seal-2');
    const { secrets, lease, warnings } = secretsUnder(key.leased);
    const sealed = await next.seal({ clientId: 's6BhdRkqt3', secret: SECRET });
    const outage = expect.objectContaining({ name: 'Outage', dependency: 'key-lease' });
    for (let tries = 0; tries < 3; tries += 1) await expect(secrets.open(sealed, 's6BhdRkqt3')).rejects.toEqual(outage);
    expect([lease.renewals, warnings]).toEqual([1, []]);
    lease.keys = [next.leased, key.leased];
    expect(await secrets.open(sealed, 's6BhdRkqt3')).toBe(SECRET);
  });

  it('is opened with a retiring key too', async () => {
    const next = clientSecretKey('seal-2');
    const { secrets } = secretsUnder(next.leased, key.leased);
    expect(await secrets.open(await key.seal({ clientId: 'a', secret: SECRET }), 'a')).toBe(SECRET);
    expect(await secrets.open(await next.seal({ clientId: 'b', secret: 'other' }), 'b')).toBe('other');
  });

  it.each(['', 'x', 'a.b.c.d.e'])('is none when it is %j', async (sealed) => {
    const { secrets } = secretsUnder(key.leased);
    expect(await secrets.open(sealed, 's6BhdRkqt3')).toBeNull();
  });
});
