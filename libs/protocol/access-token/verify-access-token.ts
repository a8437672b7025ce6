import type { Clock } from '@tessera/vocabulary';
import type { PublishedJwk } from '../key-lease/index.js';
import { ACCESS_TOKEN_TYPE, type AccessTokenFacts } from './access-token.js';
import { AccessTokenClaims, grantOfJti } from './access-token-claims.js';

/** The cryptography and keys a JWT access token is verified with. */
export interface AccessTokenVerifier {
  readonly issuer: string;
  readonly clock: Clock;
  /** Null unless it is a compact JWS whose header and claims are JSON objects. */
  decode(compact: string): { readonly header: Readonly<Record<string, unknown>>; readonly claims: Readonly<Record<string, unknown>> } | null;
  /** The published key, null when none has this id. Rejects with an Outage when that cannot be known. */
  findKey(kid: string): Promise<PublishedJwk | null>;
  verifySignature(compact: string, key: PublishedJwk, algorithm: string): boolean;
}

/**
 * RFC 9068 §4: a token of ours, of this type, signed with a published key by the algorithm of that key, not past its end. Null
 * for everything else, without telling why: whoever asks learns "not active" (TOK-2). An ID token, a logout token or a client
 * assertion has another `typ` and is none (RFC 8725 §3.11).
 *
 * It does not say that the token lives: it may be revoked, its client disabled.
 *
 * @throws {Outage} when it cannot be known whether the key is one of ours: that is neither yes nor no (I7).
 */
export async function verifyAccessToken(compact: string, verifier: AccessTokenVerifier): Promise<AccessTokenFacts | null> {
  const decoded = verifier.decode(compact);
  if (decoded === null) return null;
  const { typ, kid, alg } = decoded.header;
  if (typ !== ACCESS_TOKEN_TYPE || typeof kid !== 'string' || 'crit' in decoded.header) return null;
  const parsed = AccessTokenClaims.safeParse(decoded.claims);
  if (!parsed.success) return null;
  const { iss, sub, aud, client_id, iat, exp, jti, scope, cnf } = parsed.data;
  if (iss !== verifier.issuer || exp <= verifier.clock.epochSeconds()) return null;
  // Last, and after `exp`: only a token that would count otherwise makes anyone look for its key.
  const key = await verifier.findKey(kid);
  if (key === null || key.alg !== alg || !verifier.verifySignature(compact, key, key.alg)) return null;
  return {
    jti,
    clientId: client_id,
    subject: sub,
    audience: typeof aud === 'string' ? [aud] : aud,
    scope: scope === undefined ? [] : scope.split(' '),
    issuedAt: iat,
    expiresAt: exp,
    grantId: grantOfJti(jti),
    confirmation: cnf ?? null,
  };
}
