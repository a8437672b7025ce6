import { createPublicKey, randomBytes } from 'node:crypto';
import { jwkThumbprint } from '@tessera/jose';
import { silentLogger } from '@tessera/observability';
import { KEY_TYPES, type KeyPolicy, type KeyType } from '@tessera/protocol/key-lifecycle';
import { keyBytes, keyring } from '../testing.js';
import { KeyEncryption } from './key-encryption.js';
import { generateMaterial } from './key-material.js';
import { KeyVault } from './key-vault.js';

const TYPES = Object.fromEntries(KEY_TYPES.map((type) => [`${type.purpose} ${type.algorithm}`, type])) as Record<string, KeyType>;
const [ES256, RS256, EDDSA, DERIVATION] = ['sign ES256', 'sign RS256', 'sign EdDSA', 'derivation HS256'].map((name) => TYPES[name]) as [KeyType, KeyType, KeyType, KeyType];

function vault() {
  const encryption = new KeyEncryption(() => keyring('kek-1', { 'kek-1': keyBytes() }), silentLogger);
  return new KeyVault(encryption, { rsaModulusBits: 2048 });
}

describe('KEY-3 the material of a key', () => {
  it.each([
    ['P-256', ES256, { kty: 'EC', crv: 'P-256' }],
    ['Ed25519', EDDSA, { kty: 'OKP', crv: 'Ed25519' }],
    ['RSA', RS256, { kty: 'RSA', e: 'AQAB' }],
  ])('%s has public members only in its public part, and its thumbprint as kid', async (_case, type, members) => {
    const { kid, publicJwk, privateJwk } = await generateMaterial(type, { rsaModulusBits: 2048 });
    expect(publicJwk).toMatchObject(members);
    expect(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].filter((member) => member in (publicJwk ?? {}))).toEqual([]);
    expect(privateJwk).toMatchObject({ ...publicJwk, d: expect.any(String) });
    expect(kid).toBe(jwkThumbprint(publicJwk));
  });

  it.each([2048, 3072] as const)('RSA of %d bits, as the policy says', async (rsaModulusBits: KeyPolicy['rsaModulusBits']) => {
    const { publicJwk } = await generateMaterial(RS256, { rsaModulusBits });
    expect(createPublicKey({ key: { ...publicJwk }, format: 'jwk' }).asymmetricKeyDetails?.modulusLength).toBe(rsaModulusBits);
  });

  it('a symmetric key is 256 bits, has no public part, and a name that tells nothing of it', async () => {
    const { kid, publicJwk, privateJwk } = await generateMaterial(DERIVATION, { rsaModulusBits: 2048 });
    expect([publicJwk, Buffer.from(String(privateJwk['k']), 'base64url').length, kid.length]).toEqual([null, 32, 43]);
  });
});

describe('KEY-6 a key at rest', () => {
  it('is opened from what is stored, and then from memory until it is let go', async () => {
    const keys = vault();
    const key = await keys.create(ES256);
    const opened = keys.open(key);
    expect(opened).toMatchObject({ ...key.publicJwk, d: expect.any(String) });
    const unreadable = { ...key, sealedPrivate: randomBytes(200) };
    expect(keys.open(unreadable)).toBe(opened);
    keys.keepOnly(new Set([key.kid]));
    expect(keys.open(unreadable)).toBe(opened);
    keys.keepOnly(new Set());
    expect(() => keys.open(unreadable)).toThrow(`the stored private part of key ${key.kid} was changed`);
  });

  it('has a data key of its own: no two wrappings or boxes are alike', async () => {
    const keys = vault();
    const [one, other] = [await keys.create(ES256), await keys.create(ES256)];
    expect([Buffer.compare(one.wrappedDataKey, other.wrappedDataKey), Buffer.compare(one.sealedPrivate, other.sealedPrivate)]).not.toContain(0);
  });

  it('does not open with another key-encryption key', async () => {
    const key = await vault().create(ES256);
    expect(() => vault().open(key)).toThrow('key-encryption key "kek-1" is not the one keys were wrapped with');
  });
});
