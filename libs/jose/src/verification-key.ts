import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '@tessera/protocol/client';
import type { PublishedJwk } from '@tessera/protocol/key-lease';

/** Public keys kept by content, for JWKs that arrive as new objects; the WeakMap in front serves all others. */
const KEYS_BY_CONTENT_MAX = 1_024;
/** Characters of the longest member of an acceptable JWK: a modulus of 4096 bits as base64url. */
const MEMBER_LENGTH_MAX = 683;
/** CLI-8. */
const RSA_BITS_MIN = 2_048;
const RSA_BITS_MAX = 4_096;
/** FIPS 186-5 §5.1 demands more than 2^16; the upper bound keeps a hostile exponent from costing a private operation. */
const RSA_EXPONENT_MIN = 65_537n;
const RSA_EXPONENT_MAX = 0xffff_ffffn;
/** CLI-8: curves we verify with. */
const CURVES: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521', 'Ed25519']);

const byObject = new WeakMap<object, KeyObject | null>();
const byContent = new Map<string, KeyObject | null>();

/**
 * The key object of a public JWK; null when its type, curve or size is not acceptable (CLI-8, RFC 8725 §3.4, §3.5).
 * Importing costs more than a verification, so both answers are kept: by identity of the JWK, and the last 1,024 by content.
 */
export function verificationKey(jwk: PublicJwk | PublishedJwk): KeyObject | null {
  const known = byObject.get(jwk);
  if (known !== undefined) return known;
  const key = keyByContent(jwk);
  byObject.set(jwk, key);
  return key;
}

function keyByContent(jwk: PublicJwk | PublishedJwk): KeyObject | null {
  const members = [jwk.crv, jwk.x, jwk.y, jwk.n, jwk.e];
  if (members.some((member) => member !== undefined && member.length > MEMBER_LENGTH_MAX)) return null;
  const content = `${jwk.kty}.${members.join('.')}`;
  const known = byContent.get(content);
  byContent.delete(content); // and back in at the end: a Map keeps insertion order, so the first entry is the oldest
  const key = known === undefined ? importKey(jwk) : known;
  byContent.set(content, key);
  if (byContent.size > KEYS_BY_CONTENT_MAX) {
    const [oldest] = byContent.keys();
    if (oldest !== undefined) byContent.delete(oldest);
  }
  return key;
}

function importKey({ kty, crv = '', x = '', y = '', n = '', e = '' }: PublicJwk | PublishedJwk): KeyObject | null {
  if (kty !== 'RSA' && !CURVES.has(crv)) return null;
  const key = kty === 'RSA' ? { kty, n, e } : kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x };
  try {
    const imported = createPublicKey({ key, format: 'jwk' }); // refuses a point that is not on the curve
    return kty !== 'RSA' || hasAcceptableSize(imported) ? imported : null;
  } catch {
    return null;
  }
}

function hasAcceptableSize(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return (
    modulusLength >= RSA_BITS_MIN &&
    modulusLength <= RSA_BITS_MAX &&
    publicExponent >= RSA_EXPONENT_MIN &&
    publicExponent <= RSA_EXPONENT_MAX &&
    publicExponent % 2n === 1n
  );
}
