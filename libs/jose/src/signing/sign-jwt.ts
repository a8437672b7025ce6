import { constants, sign, type SignKeyObjectInput } from 'node:crypto';
import type { IssuerSignatureAlgorithm } from '@tessera/vocabulary';
import type { SigningKey } from './signing-key.js';

/** What does not change between two signatures of a key: encoded headers by `typ`, and the arguments of the signature. */
interface PreparedKey {
  readonly headers: Map<string, string>;
  readonly digest: 'sha256' | null;
  readonly input: SignKeyObjectInput;
}

const PARAMETERS = {
  // RFC 7518 §3.4: r ‖ s, not the DER that OpenSSL makes by itself.
  ES256: { digest: 'sha256', dsaEncoding: 'ieee-p1363' },
  RS256: { digest: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  // RFC 7518 §3.5: MGF1 with the same hash, salt as long as the hash.
  PS256: { digest: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  EdDSA: { digest: null },
} as const satisfies Record<IssuerSignatureAlgorithm, { digest: 'sha256' | null } & Omit<SignKeyObjectInput, 'key'>>;

const prepared = new WeakMap<SigningKey, PreparedKey>();

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1) with the header `{alg, typ, kid}`.
 *
 * Synchronous on node:crypto: an ES256 signature takes about 30 µs, less than handing it to the thread pool costs; WebCrypto
 * takes more than twice as long. Members of `claims` that are undefined are left out.
 */
export function signJwt(key: SigningKey, typ: string, claims: Readonly<Record<string, unknown>>): string {
  const { headers, digest, input } = prepared.get(key) ?? prepare(key);
  const header = headers.get(typ) ?? prepareHeader(headers, key, typ);
  const signingInput = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signingInput}.${sign(digest, Buffer.from(signingInput, 'latin1'), input).toString('base64url')}`;
}

function prepare(key: SigningKey): PreparedKey {
  const { digest, ...options } = PARAMETERS[key.algorithm];
  const made = { headers: new Map<string, string>(), digest, input: { key: key.privateKey, ...options } };
  prepared.set(key, made);
  return made;
}

/** `typ` is always a constant of our code, so the map stays as small as the number of token types. */
function prepareHeader(headers: Map<string, string>, key: SigningKey, typ: string): string {
  const header = Buffer.from(JSON.stringify({ alg: key.algorithm, typ, kid: key.kid })).toString('base64url');
  headers.set(typ, header);
  return header;
}
