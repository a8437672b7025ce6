import { constants, type VerifyKeyObjectInput, verify } from 'node:crypto';
import type { PublicJwk } from '@tessera/protocol/client';
import type { PublishedJwk } from '@tessera/protocol/key-lease';
import { canonicalAlgorithm } from '@tessera/vocabulary';
import { hasCriticalHeader, splitJws } from './compact-jws.js';
import { verificationKey } from './verification-key.js';

/** What an algorithm demands of key and signature. A symmetric algorithm and `none` have no row, hence no way in (CLI-4). */
interface Verification {
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  readonly kty: 'EC' | 'RSA' | 'OKP';
  /** The only curve of the algorithm (RFC 7518 §3.4, RFC 8037 §3.1); null for RSA. */
  readonly crv: string | null;
  /** Length of r and of s (RFC 7518 §3.4); null where the signature is one value. */
  readonly halfBytes: number | null;
  readonly input: Omit<VerifyKeyObjectInput, 'key'>;
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
/** RFC 7518 §3.5: the salt is as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
/** RFC 7518 §3.4: r ‖ s, not DER. */
const RAW = { dsaEncoding: 'ieee-p1363' } as const;

const VERIFICATIONS: ReadonlyMap<string, Verification> = new Map<string, Verification>([
  ['ES256', { digest: 'sha256', kty: 'EC', crv: 'P-256', halfBytes: 32, input: RAW }],
  ['ES384', { digest: 'sha384', kty: 'EC', crv: 'P-384', halfBytes: 48, input: RAW }],
  ['ES512', { digest: 'sha512', kty: 'EC', crv: 'P-521', halfBytes: 66, input: RAW }],
  ['RS256', { digest: 'sha256', kty: 'RSA', crv: null, halfBytes: null, input: PKCS1 }],
  ['PS256', { digest: 'sha256', kty: 'RSA', crv: null, halfBytes: null, input: PSS }],
  ['EdDSA', { digest: null, kty: 'OKP', crv: 'Ed25519', halfBytes: null, input: {} }],
]);

/**
 * Verifies the signature of a compact JWS with one public key and the one algorithm that key is registered for.
 *
 * The algorithm is the caller's, never the token's (RFC 8725 §3.1): the header has to agree with it. It does not look at
 * claims, `typ` or `kid`. False for everything that is not a valid signature; it never throws for what the token contains.
 */
export function verifyJws(compact: string, jwk: PublicJwk | PublishedJwk, algorithm: string): boolean {
  const wanted = VERIFICATIONS.get(algorithm);
  if (wanted === undefined || !suits(jwk, algorithm, wanted)) return false;
  const jws = splitJws(compact);
  if (jws === null || !isNamed(jws.header['alg'], algorithm) || hasCriticalHeader(jws.header)) return false;
  if (wanted.halfBytes !== null && !hasNonZeroHalves(jws.signature, wanted.halfBytes)) return false;
  const key = verificationKey(jwk);
  if (key === null) return false;
  return verify(wanted.digest, Buffer.from(jws.signingInput, 'latin1'), { key, ...wanted.input }, jws.signature);
}

/** RFC 7517 §4.2, §4.4: a key that says what it is for is used for nothing else. */
function suits(jwk: PublicJwk | PublishedJwk, algorithm: string, wanted: Verification): boolean {
  return (
    jwk.kty === wanted.kty &&
    (wanted.crv === null || jwk.crv === wanted.crv) &&
    (jwk.use === undefined || jwk.use === 'sig') &&
    (jwk.alg === undefined || isNamed(jwk.alg, algorithm))
  );
}

function isNamed(name: unknown, algorithm: string): boolean {
  return typeof name === 'string' && canonicalAlgorithm(name) === algorithm;
}

/** CLI-8: r and s are each in [1, n-1]; a zero made whole libraries accept anything (CVE-2022-21449). */
function hasNonZeroHalves(signature: Buffer, halfBytes: number): boolean {
  const isZero = (half: Buffer) => half.every((byte) => byte === 0);
  return signature.length === 2 * halfBytes && !isZero(signature.subarray(0, halfBytes)) && !isZero(signature.subarray(halfBytes));
}
