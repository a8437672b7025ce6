import { canonicalAlgorithm, KID_LENGTH_MAX, OAuthError } from '@tessera/vocabulary';
import type { AssertionSignatures } from '../client-authentication/index.js';

/** A request object that could be read. Nothing in it is true yet. */
export interface ReadRequestObject {
  readonly compact: string;
  readonly algorithm: string;
  /** Null when the header names no key. */
  readonly kid: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The authorization request parameters among the claims, as they would have come by themselves. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** RFC 9101 §10.8 names the first; §4 lets it be left out. Any other says the token was made for something else (RFC 8725 §3.11). */
const TYPES: ReadonlySet<string> = new Set(['oauth-authz-req+jwt', 'jwt']);

/** Of the token and not of the request (RFC 7519 §4.1), or of client authentication, which is never part of it (RFC 9126 §2.1). */
const NO_PARAMETERS: ReadonlySet<string> = new Set([
  'iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti',
  'client_id', 'client_secret', 'client_assertion', 'client_assertion_type',
]);

/**
 * Reads a request object (RFC 9101 §4). An encrypted one has five parts and is none (§6.1: this provider publishes no key for it).
 * `jku`, `x5u`, `jwk` and `x5c` are not even looked at (CLI-5).
 *
 * @throws {OAuthError} `request_object.malformed`, `.header`.
 */
export function readRequestObject(compact: string, decode: AssertionSignatures['decode']): ReadRequestObject {
  const decoded = decode(compact);
  if (decoded === null) throw new OAuthError('request_object.malformed');
  const { header, claims } = decoded;
  const { alg: algorithm, kid = null, typ = 'JWT' } = header;
  if ('crit' in header || 'zip' in header || typeof algorithm !== 'string' || !isKid(kid) || !isAcceptedType(typ)) {
    throw new OAuthError('request_object.header');
  }
  return { compact, algorithm: canonicalAlgorithm(algorithm), kid, claims, parameters: Object.entries(claims).flatMap(([name, value]) => parameterOf(name, value)) };
}

function isKid(kid: unknown): kid is string | null {
  return kid === null || (typeof kid === 'string' && kid.length > 0 && kid.length <= KID_LENGTH_MAX);
}

function isAcceptedType(typ: unknown): boolean {
  return typeof typ === 'string' && TYPES.has(typ.toLowerCase().replace(/^application\//, ''));
}

/** RFC 9101 §4: strings as strings, numbers as numbers, `claims` and its like as JSON; of `resource` there may be several (RFC 8707 §2). */
function parameterOf(name: string, value: unknown): [name: string, value: string][] {
  if (NO_PARAMETERS.has(name) || value === null) return [];
  if (typeof value === 'string') return [[name, value]];
  if (name === 'resource' && Array.isArray(value)) return value.map((one) => [name, String(one)]);
  return [[name, JSON.stringify(value)]];
}
