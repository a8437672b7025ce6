import type { SealingKey } from '@tessera/protocol/key-lease';
import * as jose from 'jose';
import { openSealed } from '../index.js';
import { sealTo } from './index.js';
import { freshKeyPairSync } from '../key-pair/index.js';

function pair(kid: string) {
  const { publicKey, privateKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    sealing: { kid, jwk: publicKey.export({ format: 'jwk' }) } as Pick<SealingKey, 'kid' | 'jwk'>,
    opening: { kid, jwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown> },
  };
}

function refusal(opening: () => unknown): unknown {
  try {
    return opening();
  } catch (error) {
    return error;
  }
}

describe('RFC 7516 §7.1 a sealed value', () => {
  it('is opened by the private key its header names, among several', () => {
    const [old, current] = [pair('old'), pair('current')];
    const keys = [old.opening, current.opening];
    expect(openSealed(sealTo(old.sealing, { secret: 'ß' }), keys)).toEqual({ secret: 'ß' });
    expect(openSealed(sealTo(current.sealing, { n: 1 }), keys)).toEqual({ n: 1 });
  });

  it('is ECDH-ES+A256KW with A256GCM and is opened by the jose package too', async () => {
    const { sealing, opening } = pair('k');
    const jwe = sealTo(sealing, { a: 1 });
    const { plaintext, protectedHeader } = await jose.compactDecrypt(jwe, await jose.importJWK(opening.jwk as jose.JWK, 'ECDH-ES+A256KW'));
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k' });
    expect(new TextDecoder().decode(plaintext)).toBe('{"a":1}');
  });

  it('of the jose package is opened too', async () => {
    const { sealing, opening } = pair('k');
    const jwe = await new jose.CompactEncrypt(new TextEncoder().encode('{"a":1}'))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k' })
      .encrypt(await jose.importJWK(sealing.jwk, 'ECDH-ES+A256KW'));
    expect(openSealed(jwe, [opening])).toEqual({ a: 1 });
  });

  it('has a content key and an initialisation vector of its own under one key agreement', () => {
    const { sealing } = pair('k');
    const [one, other] = [sealTo(sealing, { a: 1 }).split('.'), sealTo(sealing, { a: 1 }).split('.')];
    expect(other[0]).toBe(one[0]);
    for (const part of [1, 2, 3, 4]) expect(other[part]).not.toBe(one[part]);
  });

  it('differs each time, so that equal secrets cannot be recognised', () => {
    const { sealing } = pair('k');
    expect(sealTo(sealing, { a: 1 })).not.toBe(sealTo(sealing, { a: 1 }));
  });

  it('cannot be made to what is not a point on P-256', () => {
    const { sealing } = pair('k');
    expect(() => sealTo({ ...sealing, jwk: { ...sealing.jwk, y: sealing.jwk.x } }, {})).toThrow();
  });
});

describe('EDG-5, RFC 8725 §3.1 what is not opened', () => {
  const { sealing, opening } = pair('k');
  const encrypt = (header: jose.CompactJWEHeaderParameters, key: Uint8Array | jose.CryptoKey, plaintext = '{}') =>
    new jose.CompactEncrypt(new TextEncoder().encode(plaintext)).setProtectedHeader(header).encrypt(key);
  const publicKey = async (algorithm: string) => jose.importJWK(sealing.jwk, algorithm);

  it('a value sealed to a key that is not among the given ones', () => {
    expect(refusal(() => openSealed(sealTo(pair('other').sealing, {}), [opening]))).toMatchObject({ reason: 'unknown_key' });
  });
  it('a value sealed to another key under the same kid', () => {
    expect(refusal(() => openSealed(sealTo(pair('k').sealing, {}), [opening]))).toMatchObject({ reason: 'undecryptable' });
  });
  it('a tampered value', () => {
    const jwe = sealTo(sealing, { a: 1 });
    const at = jwe.lastIndexOf('.') - 2;
    const tampered = `${jwe.slice(0, at)}${jwe[at] === 'A' ? 'B' : 'A'}${jwe.slice(at + 1)}`;
    expect(refusal(() => openSealed(tampered, [opening]))).toMatchObject({ reason: 'undecryptable' });
  });
  it('another key agreement than ours', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'k' }, await publicKey('ECDH-ES'));
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('another content encryption than ours', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A128GCM', kid: 'k' }, await publicKey('ECDH-ES+A256KW'));
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('password-based encryption (CVE-2023-50967)', async () => {
    const jwe = await encrypt({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', kid: 'k' }, new TextEncoder().encode('password'));
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('direct encryption with a shared key', async () => {
    const jwe = await encrypt({ alg: 'dir', enc: 'A256GCM', kid: 'k' }, new Uint8Array(32));
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('compressed content (CVE-2024-28176)', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k', zip: 'DEF' }, await publicKey('ECDH-ES+A256KW'));
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it.each([
    ['an ephemeral point that is not on the curve (RFC 8725 §2.5)', { x: sealing.jwk.x, y: sealing.jwk.x }, 'undecryptable'],
    ['an ephemeral key of another curve', { crv: 'P-384' }, 'malformed'],
  ])('%s', (_, epk, reason) => {
    const [header = '', ...rest] = sealTo(sealing, {}).split('.');
    const read = JSON.parse(Buffer.from(header, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...read, epk: { ...read.epk, ...epk } })).toString('base64url');
    expect(refusal(() => openSealed([forged, ...rest].join('.'), [opening]))).toMatchObject({ reason });
  });
  it('a tag that was cut short', () => {
    const jwe = sealTo(sealing, {});
    expect(refusal(() => openSealed(jwe.slice(0, -8), [opening]))).toMatchObject({ reason: 'undecryptable' });
  });
  it('a header parameter we would have to understand (RFC 7516 §4.1.13)', () => {
    const [header = '', ...rest] = sealTo(sealing, {}).split('.');
    const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), crit: ['x'] })).toString('base64url');
    expect(refusal(() => openSealed([forged, ...rest].join('.'), [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('a value without kid', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }, await publicKey('ECDH-ES+A256KW'));
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('content that is not a JSON object', async () => {
    const jwe = await encrypt({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'k' }, await publicKey('ECDH-ES+A256KW'), '[]');
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it.each(['', 'a.b.c', 'not a jwe'])('%j', (jwe) => {
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
  });
  it('a value longer than expected, before any cryptography', () => {
    const jwe = sealTo(sealing, { a: 'a'.repeat(16_384) });
    expect(refusal(() => openSealed(jwe, [opening]))).toMatchObject({ reason: 'malformed' });
    expect(openSealed(jwe, [opening], { lengthMax: 65_536 })).toHaveProperty('a');
  });
});
