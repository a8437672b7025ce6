import { createHmac, timingSafeEqual } from 'node:crypto';
import { hasCriticalHeader, splitJws } from './compact-jws.js';

const DIGESTS: ReadonlyMap<string, 'sha256' | 'sha384' | 'sha512'> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);

/** Ours: 256 bits are the strength of every secret here, and what RFC 7518 §3.2 demands for HS256. */
const SECRET_BYTES_MIN = 32;

/**
 * Verifies the MAC of a compact JWS (`client_secret_jwt`, OIDC Core §9): the key is the UTF-8 octets of the secret
 * (OIDC Core §10.1). It takes a secret as text and no key object, so a public key cannot become a MAC key (RFC 8725 §3.1).
 * Compared in constant time. False for everything that is not a valid MAC, for a secret of less than 32 bytes too.
 */
export function verifyMac(compact: string, secret: string, algorithm: string): boolean {
  const digest = DIGESTS.get(algorithm);
  if (digest === undefined || Buffer.byteLength(secret) < SECRET_BYTES_MIN) return false;
  const jws = splitJws(compact);
  if (jws === null || jws.header['alg'] !== algorithm || hasCriticalHeader(jws.header)) return false;
  const expected = createHmac(digest, secret).update(jws.signingInput).digest();
  return jws.signature.length === expected.length && timingSafeEqual(jws.signature, expected);
}
