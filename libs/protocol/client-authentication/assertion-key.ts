import { canonicalAlgorithm } from '@tessera/vocabulary';
import type { PublicJwk } from '../client/index.js';

/** What a key must be for an algorithm (RFC 7518 §3.1, RFC 8037 §3.1): a public key is never a MAC key (CLI-4). */
const KEY_OF = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  RS256: { kty: 'RSA', crv: undefined },
  PS256: { kty: 'RSA', crv: undefined },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
} as const;

/**
 * The key of a client that an assertion must be signed with. A `kid` selects inside the client's own set (CLI-5); without one
 * the set must leave no choice (OIDC Core §10.1). Null when there is none, or when several would do: trying them one after
 * the other is work an attacker could ask for.
 */
export function selectAssertionKey(keys: readonly PublicJwk[], kid: string | null, algorithm: string): PublicJwk | null {
  const candidates = keys.filter((key) => isFor(key, algorithm) && (kid === null || key.kid === kid));
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? only : null;
}

function isFor({ kty, crv, use, alg }: PublicJwk, algorithm: string): boolean {
  if (!isAsymmetric(algorithm)) return false;
  const wanted = KEY_OF[algorithm];
  // RFC 7517 §4.2, §4.4: a key that says what it is for is used for nothing else.
  const says = (use === undefined || use === 'sig') && (alg === undefined || canonicalAlgorithm(alg) === algorithm);
  return says && kty === wanted.kty && (wanted.crv === undefined || crv === wanted.crv);
}

function isAsymmetric(algorithm: string): algorithm is keyof typeof KEY_OF {
  return Object.hasOwn(KEY_OF, algorithm);
}
