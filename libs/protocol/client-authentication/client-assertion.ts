import {
  ASSERTION_LIFETIME_SECONDS_MAX,
  canonicalAlgorithm,
  CLOCK_SKEW_SECONDS,
  type EpochSeconds,
  JTI_LENGTH_MAX,
  KID_LENGTH_MAX,
  OAuthError,
} from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { isAcceptedAudience } from './assertion-audience.js';
import type { AssertionSignatures, ClientAuthenticationPolicy } from './client-authentication.js';

/** An assertion that could be read. Nothing in it is true yet. */
export interface ParsedAssertion {
  readonly compact: string;
  readonly algorithm: string;
  /** Null when the header names no key. */
  readonly kid: string | null;
  /** The client it claims to speak for: `sub`. */
  readonly clientId: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What of an assertion's claims outlives their check. */
export interface ValidatedAssertion extends ParsedAssertion {
  readonly jti: string;
  /** `exp`, whole seconds. */
  readonly expiresAt: EpochSeconds;
}

/** RFC 7523 names no `typ`; its revision names the second. Any other says the token was made for something else (RFC 8725 §3.11). */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'client-authentication+jwt']);

/**
 * Reads an assertion. `jku`, `x5u`, `jwk` and `x5c` are not even looked at (CLI-5); `kid` will only select among the keys of
 * the client.
 *
 * @throws {OAuthError} `client_authentication.malformed_assertion`, `.assertion_header`, `.assertion_algorithm`,
 * `.assertion_subject`.
 */
export function parseAssertion(compact: string, decode: AssertionSignatures['decode']): ParsedAssertion {
  const decoded = decode(compact);
  if (decoded === null) throw new OAuthError('client_authentication.malformed_assertion');
  const { header, claims } = decoded;
  const { alg: algorithm, kid = null, typ = 'JWT' } = header;
  // RFC 7515 §4.1.11: we understand no extension, so every `crit` names one that is not understood.
  if ('crit' in header || 'zip' in header) throw new OAuthError('client_authentication.assertion_header');
  if (!isKid(kid) || !isAcceptedType(typ)) throw new OAuthError('client_authentication.assertion_header');
  if (typeof algorithm !== 'string') throw new OAuthError('client_authentication.assertion_algorithm');
  if (typeof claims['sub'] !== 'string') throw new OAuthError('client_authentication.assertion_subject');
  return { compact, algorithm: canonicalAlgorithm(algorithm), kid, clientId: claims['sub'], claims };
}

function isKid(kid: unknown): kid is string | null {
  return kid === null || (typeof kid === 'string' && kid.length > 0 && kid.length <= KID_LENGTH_MAX);
}

function isAcceptedType(typ: unknown): boolean {
  return typeof typ === 'string' && TYPES.has(typ.toLowerCase().replace(/^application\//, ''));
}

/**
 * RFC 7523 §3 items 1 to 7, before anything is spent on the signature.
 *
 * @throws {OAuthError} `client_authentication.assertion_*`, one reason per item.
 */
export function validateAssertion(
  assertion: ParsedAssertion,
  client: ClientMetadata,
  context: { readonly now: EpochSeconds; readonly policy: ClientAuthenticationPolicy },
): ValidatedAssertion {
  const { claims } = assertion;
  if (claims['iss'] !== client.clientId) throw new OAuthError('client_authentication.assertion_issuer');
  if (claims['sub'] !== client.clientId) throw new OAuthError('client_authentication.assertion_subject');
  if (!isAcceptedAudience(claims['aud'], client.profile, context.policy)) {
    throw new OAuthError('client_authentication.assertion_audience', { profile: client.profile });
  }
  const expiresAt = validateTimes(claims, context.now);
  const jti = claims['jti'];
  if (typeof jti !== 'string' || jti.length === 0 || jti.length > JTI_LENGTH_MAX) {
    throw new OAuthError('client_authentication.assertion_jti');
  }
  return { ...assertion, jti, expiresAt };
}

/** GEN-8: another party's clock may be ahead of ours by 10 seconds. RFC 7519 §2: a NumericDate may have a fraction. */
function validateTimes(claims: Readonly<Record<string, unknown>>, now: EpochSeconds): EpochSeconds {
  const { exp, nbf = now, iat = now } = claims;
  if (typeof exp !== 'number' || exp <= now) throw new OAuthError('client_authentication.assertion_expired');
  if (exp > now + ASSERTION_LIFETIME_SECONDS_MAX) throw new OAuthError('client_authentication.assertion_lifetime');
  for (const notBefore of [nbf, iat]) {
    if (typeof notBefore !== 'number' || notBefore > now + CLOCK_SKEW_SECONDS) {
      throw new OAuthError('client_authentication.assertion_not_yet_valid');
    }
  }
  return Math.ceil(exp);
}
