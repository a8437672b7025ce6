import { CLIENT_KEYS_MAX } from '@tessera/vocabulary';
import { keyFits, parseClientKeySet } from './index.js';
import { EXAMPLE_KEYS } from './testing.js';

const { p256, rsa2048, ed25519 } = EXAMPLE_KEYS;
const octets = (length: number, first = 0xff) => Buffer.alloc(length, 1).fill(first, 0, 1).toString('base64url');
const rsa = (bits: number, overrides = {}) => ({
  kty: 'RSA',
  n: octets(Math.ceil(bits / 8), bits % 8 === 0 ? 0xff : 1),
  e: 'AQAB',
  ...overrides,
});
const ec = (crv: string, length: number) => ({ kty: 'EC', crv, x: octets(length), y: octets(length) });

describe('RFC 7517 §5 a key set', () => {
  it('gives its public signature keys, without members nobody asked for', () => {
    const { keys, faults } = parseClientKeySet({
      keys: [{ ...p256, use: 'sig', alg: 'ES256', x5c: ['MIIC'] }, rsa2048, ed25519],
    });
    expect(faults).toEqual([]);
    expect(keys).toEqual([{ ...p256, use: 'sig', alg: 'ES256' }, rsa2048, ed25519]);
  });

  it('may be empty: that is how a client withdraws its keys', () => {
    expect(parseClientKeySet({ keys: [], other: true })).toEqual({ keys: [], faults: [] });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', [p256]],
    ['a single key', p256],
    ['keys that are no list', { keys: p256 }],
    ['a key that is a string', { keys: ['-----BEGIN PUBLIC KEY-----'] }],
  ])('MUST refuse %s', (_case, value) => {
    expect(parseClientKeySet(value)).toMatchObject({ keys: [], faults: [{ path: [], scope: 'set' }] });
  });

  it(`Ours: at most ${CLIENT_KEYS_MAX} keys (REG-3)`, () => {
    const many = (count: number) => ({ keys: Array.from({ length: count }, (_, index) => ({ ...p256, kid: `k${index}` })) });
    expect(parseClientKeySet(many(CLIENT_KEYS_MAX)).faults).toEqual([]);
    expect(parseClientKeySet(many(CLIENT_KEYS_MAX + 1))).toMatchObject({ keys: [], faults: [{ path: ['keys'], scope: 'set' }] });
  });
});

describe('Ours (REG-3): a set with private or symmetric keys is refused whole', () => {
  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('the member %s', (member) => {
    const { keys, faults } = parseClientKeySet({ keys: [rsa2048, { ...p256, [member]: 'AQAB' }] });
    expect(keys).toEqual([]);
    expect(faults).toMatchObject([{ path: ['keys', 1, member], scope: 'set', message: 'this is a private key' }]);
  });

  it('a symmetric key', () => {
    expect(parseClientKeySet({ keys: [{ kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ' }] })).toMatchObject({
      keys: [],
      faults: [{ path: ['keys', 0, 'kty'], scope: 'set' }],
    });
  });

  it('RFC 7517 §4.5 a kid used twice', () => {
    expect(parseClientKeySet({ keys: [p256, { ...rsa2048, kid: '1' }] })).toMatchObject({
      keys: [],
      faults: [{ path: ['keys', 1, 'kid'], scope: 'set' }],
    });
  });

  it('keys without a kid do not repeat each other', () => {
    const unnamed = [p256, rsa2048].map((key) => ({ ...key, kid: undefined }));
    expect(parseClientKeySet({ keys: unnamed })).toMatchObject({ keys: [{ kty: 'EC' }, { kty: 'RSA' }], faults: [] });
  });
});

describe('RFC 8725 §3.4 type, curve and size of a key (CLI-8)', () => {
  it.each([
    ['RSA of 2048 bits', rsa(2048)],
    ['RSA of 4096 bits', rsa(4096)],
    ['P-384', ec('P-384', 48)],
    ['P-521', ec('P-521', 66)],
    ['Ed25519', ed25519],
    ['the largest exponent', rsa(2048, { e: Buffer.from('ffffffff', 'hex').toString('base64url') })],
    ['key_ops with verify', { ...p256, key_ops: ['verify'] }],
  ])('accepts %s', (_case, key) => {
    expect(parseClientKeySet({ keys: [key] }).faults).toEqual([]);
  });

  it.each([
    ['RSA of 1024 bits', rsa(1024), 'n'],
    ['RSA of 2047 bits', { ...rsa(2048), n: octets(256, 0x7f) }, 'n'],
    ['RSA of 4097 bits', rsa(4097), 'n'],
    ['RSA without a modulus', rsa(2048, { n: undefined }), 'n'],
    ['a modulus in plain base64', rsa(2048, { n: `${octets(255)}+/` }), 'n'],
    ['an exponent of 3', rsa(2048, { e: 'Aw' }), 'e'],
    ['an exponent of 1', rsa(2048, { e: 'AQ' }), 'e'],
    ['an even exponent', rsa(2048, { e: 'AQAA' }), 'e'],
    ['an exponent of 33 bits', rsa(2048, { e: 'AQAAAAE' }), 'e'],
    ['no exponent', rsa(2048, { e: undefined }), 'e'],
    ['P-192', ec('P-192', 24), 'crv'],
    ['secp256k1', ec('secp256k1', 32), 'crv'],
    ['EC with an Edwards curve', ec('Ed25519', 32), 'crv'],
    ['OKP with a Weierstrass curve', { kty: 'OKP', crv: 'P-256', x: octets(32) }, 'crv'],
    ['Ed448', { kty: 'OKP', crv: 'Ed448', x: octets(57) }, 'crv'],
    ['X25519, which does not sign', { kty: 'OKP', crv: 'X25519', x: octets(32) }, 'crv'],
    ['a coordinate that is too short', { ...p256, y: octets(31) }, 'y'],
    ['a coordinate that is too long', { ...p256, x: octets(33) }, 'x'],
    ['no coordinate', { ...p256, x: undefined }, 'x'],
    ['an unknown type', { kty: 'AKP', alg: 'ML-DSA-65', pub: 'AQAB' }, 'alg'],
    ['an unknown type without alg', { kty: 'AKP' }, 'kty'],
    ['no type', { crv: 'P-256' }, 'kty'],
    ['a key for encryption', { ...rsa2048, use: 'enc' }, 'use'],
    ['a key to sign with only', { ...p256, key_ops: ['sign'] }, 'key_ops'],
    ['alg none', { ...p256, alg: 'none' }, 'alg'],
    ['a symmetric alg', { ...rsa2048, alg: 'HS256' }, 'alg'],
    ['an alg of another type', { ...p256, alg: 'RS256' }, 'alg'],
    ['an alg of another curve', { ...p256, alg: 'ES384' }, 'alg'],
    ['an alg called like a member of every object', { ...p256, alg: 'constructor' }, 'alg'],
    ['an empty kid', { ...p256, kid: '' }, 'kid'],
    ['a kid that is a number', { ...p256, kid: 1 }, 'kid'],
    ['a kid of 257 characters', { ...p256, kid: 'k'.repeat(257) }, 'kid'],
  ])('leaves out %s and keeps its neighbours', (_case, key, member) => {
    const { keys, faults } = parseClientKeySet({ keys: [ed25519, key] });
    expect(faults).toMatchObject([{ path: ['keys', 1, member], scope: 'key' }]);
    expect(keys).toEqual([ed25519]);
  });
});

describe('RFC 7518 §3.1, RFC 8037 §3.1 which key an algorithm takes', () => {
  it.each([
    ['ES256', p256, true],
    ['ES384', p256, false],
    ['RS256', rsa2048, true],
    ['PS256', rsa2048, true],
    ['EdDSA', ed25519, true],
    ['ES256', ed25519, false],
    ['RS256', p256, false],
    ['HS256', rsa2048, false],
    ['none', rsa2048, false],
    ['constructor', rsa2048, false],
  ])('%s', (algorithm, key, fits) => {
    expect(keyFits(key, algorithm)).toBe(fits);
  });

  it('RFC 7517 §4.4 a key with an alg is for that algorithm only', () => {
    expect(keyFits({ ...rsa2048, alg: 'PS256' }, 'RS256')).toBe(false);
    expect(keyFits({ ...rsa2048, alg: 'PS256' }, 'PS256')).toBe(true);
  });
});
