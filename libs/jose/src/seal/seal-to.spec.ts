import { generateKeyPairSync } from 'node:crypto';
import type { SealingKey } from '@tessera/protocol/key-lease';
import * as jose from 'jose';
import { openSealed } from '../index.js';
import { sealTo } from './index.js';

function pair(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    sealing: { kid, jwk: publicKey.export({ format: 'jwk' }) } as Pick<SealingKey, 'kid' | 'jwk'>,
    opening: { kid, jwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown> },
  };
}

describe('RFC 7516 §7.1 a sealed value', () => {
  it('is opened by the private key its header names, among several', async () => {
    const [old, current] = [pair('old'), pair('current')];
    const keys = [old.opening, current.opening];
    expect(await openSealed(await sealTo(old.sealing, { secret: 'ß' }), keys)).toEqual({ secret: 'ß' });
    expect(await openSealed(await sealTo(current.sealing, { n: 1 }), keys)).toEqual({ n: 1 });
  });

  it('is ECDH-ES+A256KW with A256GCM and is opened by the jose package too', async () => {
    const { sealing, opening } = pair('k');
    const jwe = await sealTo(sealing, { a: 1 });
    const { plaintext, protectedHeader } = await jose.compactDecrypt(jwe, await jose.importJWK(opening.jwk as jose.JWK, 'ECDH-ES+A256KW'));
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k' });
    expect(new TextDecoder().decode(plaintext)).toBe('{"a":1}');
  });

  it('differs each time, so that equal secrets cannot be recognised', async () => {
    const { sealing } = pair('k');
    expect(await sealTo(sealing, { a: 1 })).not.toBe(await sealTo(sealing, { a: 1 }));
  });

  it('cannot be made to what is not a point on P-256', async () => {
    const { sealing } = pair('k');
    await expect(sealTo({ ...sealing, jwk: { ...sealing.jwk, y: sealing.jwk.x } }, {})).rejects.toThrow();
  });
});

describe('EDG-5, RFC 8725 §3.1 what is not opened', () => {
  const { sealing, opening } = pair('k');
  const encrypt = (header: jose.CompactJWEHeaderParameters, key: Uint8Array | jose.CryptoKey, plaintext = '{}') =>
    new jose.CompactEncrypt(new TextEncoder().encode(plaintext)).setProtectedHeader(header).encrypt(key);
  const publicKey = async (algorithm: string) => jose.importJWK(sealing.jwk, algorithm);

  it('a value sealed to a key that is not among the given ones', async () => {
    await expect(openSealed(await sealTo(pair('other').sealing, {}), [opening])).rejects.toMatchObject({ reason: 'unknown_key' });
  });
  it('a value sealed to another key under the same kid', async () => {
    await expect(openSealed(await sealTo(pair('k').sealing, {}), [opening])).rejects.toMatchObject({ reason: 'undecryptable' });
  });
  it('a tampered value', async () => {
    const jwe = await sealTo(sealing, { a: 1 });
    const at = jwe.lastIndexOf('.') - 2;
    const tampered = `${jwe.slice(0, at)}${jwe[at] === 'A' ? 'B' : 'A'}${jwe.slice(at + 1)}`;
    await expect(openSealed(tampered, [opening])).rejects.toMatchObject({ reason: 'undecryptable' });
  });
  it('another key agreement than ours', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'k' }, await publicKey('ECDH-ES'));
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('another content encryption than ours', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A128GCM', kid: 'k' }, await publicKey('ECDH-ES+A256KW'));
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('password-based encryption (CVE-2023-50967)', async () => {
    const jwe = await encrypt({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', kid: 'k' }, new TextEncoder().encode('password'));
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('direct encryption with a shared key', async () => {
    const jwe = await encrypt({ alg: 'dir', enc: 'A256GCM', kid: 'k' }, new Uint8Array(32));
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('compressed content (CVE-2024-28176)', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k', zip: 'DEF' }, await publicKey('ECDH-ES+A256KW'));
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('a value without kid', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }, await publicKey('ECDH-ES+A256KW'));
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('content that is not a JSON object', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k' }, await publicKey('ECDH-ES+A256KW'), '[]');
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it.each(['', 'a.b.c', 'not a jwe'])('%j', async (jwe) => {
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
  });
  it('a value longer than expected, before any cryptography', async () => {
    const jwe = await sealTo(sealing, { a: 'a'.repeat(16_384) });
    await expect(openSealed(jwe, [opening])).rejects.toMatchObject({ reason: 'malformed' });
    await expect(openSealed(jwe, [opening], { lengthMax: 65_536 })).resolves.toHaveProperty('a');
  });
});
