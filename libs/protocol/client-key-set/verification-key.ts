import { type AssertionSignatureAlgorithm, canonicalAlgorithm, KID_LENGTH_MAX } from '@tessera/vocabulary';
import type { PublicJwk } from '../client/index.js';

/** Why one key of a set is not taken. */
export interface KeyFault {
  /** The member at fault; null when it is the key as a whole. */
  readonly member: string | null;
  readonly message: string;
  readonly expected: string;
  /** A set with such a key is refused whole: whoever published it made a dangerous mistake. */
  readonly dangerous: boolean;
}

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2, RFC 9964 §3: members that only a private or symmetric key has. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** Octets of a coordinate (RFC 7518 §6.2.1.2, RFC 8037 §2) by curve. */
const COORDINATE_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66, Ed25519: 32 } as const;

/** CLI-8. */
const RSA_BITS_MIN = 2_048;
const RSA_BITS_MAX = 4_096;
/** FIPS 186-5 §5.1 wants more than 2^16; the upper bound keeps verification cheap. */
const RSA_EXPONENT_MIN = 65_537n;
const RSA_EXPONENT_MAX = 0xffff_ffffn;

/** What each algorithm asks of a key: RFC 7518 §3.1, RFC 8037 §3.1. */
const FITS: Record<AssertionSignatureAlgorithm, { readonly kty: PublicJwk['kty']; readonly crv?: string }> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
};

/** Tells whether a key can verify signatures of an algorithm; a key with an `alg` is for that one only (RFC 7517 §4.4). */
export function keyFits(key: PublicJwk, algorithm: string): boolean {
  const wanted = Object.entries(FITS).find(([name]) => name === algorithm)?.[1];
  if (wanted === undefined || key.kty !== wanted.kty) return false;
  return (wanted.crv === undefined || key.crv === wanted.crv) && (key.alg === undefined || canonicalAlgorithm(key.alg) === algorithm);
}

/** The first thing wrong with one key of a set; null for a public key this provider verifies signatures with. */
export function keyFault(key: Readonly<Record<string, unknown>>): KeyFault | null {
  return secrecyFault(key) ?? purposeFault(key) ?? (key.kty === 'RSA' ? rsaFault(key) : curveFault(key));
}

function secrecyFault(key: Readonly<Record<string, unknown>>): KeyFault | null {
  if (key.kty === 'oct') {
    return fault(
      'kty',
      'a symmetric key does not belong into a key set',
      'public keys only; a shared secret is registered as a secret',
      true,
    );
  }
  const member = SECRET_MEMBERS.find((name) => key[name] !== undefined);
  if (member === undefined) return null;
  return fault(member, 'this is a private key', 'the public members only; replace this key, it must count as disclosed', true);
}

function purposeFault(key: Readonly<Record<string, unknown>>): KeyFault | null {
  if (key.kid !== undefined && (typeof key.kid !== 'string' || key.kid === '' || key.kid.length > KID_LENGTH_MAX)) {
    return fault('kid', 'the key id is not acceptable', `a string of 1 to ${KID_LENGTH_MAX} characters`);
  }
  if (key.use !== undefined && key.use !== 'sig')
    return fault('use', 'the key is not for signatures', 'use "sig", or no use at all');
  if (key.key_ops !== undefined && !(Array.isArray(key.key_ops) && key.key_ops.includes('verify'))) {
    return fault('key_ops', 'the key is not for verification', 'key_ops that contain "verify", or none');
  }
  if (key.alg !== undefined && !Object.hasOwn(FITS, canonicalAlgorithm(String(key.alg)))) {
    return fault('alg', 'the algorithm is not supported', `one of ${Object.keys(FITS).join(', ')}`);
  }
  return null;
}

function rsaFault(key: Readonly<Record<string, unknown>>): KeyFault | null {
  const modulus = integer(key.n);
  if (modulus === null) return fault('n', 'the modulus is malformed', 'base64url of the modulus (RFC 7518 §6.3.1.1)');
  const bits = modulus.toString(2).length;
  if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
    return fault('n', `the RSA key has ${bits} bits`, `${RSA_BITS_MIN} to ${RSA_BITS_MAX} bits`);
  }
  const exponent = integer(key.e);
  if (exponent === null || exponent < RSA_EXPONENT_MIN || exponent > RSA_EXPONENT_MAX || exponent % 2n === 0n) {
    return fault('e', 'the public exponent is not acceptable', 'an odd exponent of at least 65537 ("AQAB") in at most 32 bits');
  }
  return disagreement(key);
}

function curveFault(key: Readonly<Record<string, unknown>>): KeyFault | null {
  if (key.kty !== 'EC' && key.kty !== 'OKP') return fault('kty', 'the key type is not supported', 'RSA, EC or OKP');
  const octets = Object.entries(COORDINATE_OCTETS).find(
    ([crv]) => crv === key.crv && (crv === 'Ed25519') === (key.kty === 'OKP'),
  )?.[1];
  if (octets === undefined) {
    return fault('crv', 'the curve is not supported', key.kty === 'EC' ? 'P-256, P-384 or P-521' : 'Ed25519');
  }
  const wrong = (key.kty === 'EC' ? ['x', 'y'] : ['x']).find((name) => octetsOf(key[name])?.length !== octets);
  if (wrong !== undefined) return fault(wrong, 'the coordinate is malformed', `base64url of exactly ${octets} octets`);
  return disagreement(key);
}

/** The type is good; the `alg` of the key must then be one for this type. */
function disagreement(key: Readonly<Record<string, unknown>>): KeyFault | null {
  const wanted = Object.entries(FITS).find(([name]) => name === canonicalAlgorithm(String(key.alg)))?.[1];
  if (wanted === undefined || (wanted.kty === key.kty && (wanted.crv === undefined || wanted.crv === key.crv))) return null;
  return fault('alg', 'the algorithm does not fit the key', 'an algorithm for this key type and curve, or none');
}

function octetsOf(value: unknown): Buffer | null {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value) ? Buffer.from(value, 'base64url') : null;
}

function integer(value: unknown): bigint | null {
  const octets = octetsOf(value);
  return octets === null || octets.length === 0 ? null : BigInt(`0x${octets.toString('hex')}`);
}

function fault(member: string | null, message: string, expected: string, dangerous = false): KeyFault {
  return { member, message, expected, dangerous };
}
