import type { EpochSeconds } from '@tessera/vocabulary';
import { z } from 'zod';
import type { AccessTokenVerifier } from '../access-token/index.js';
import { ID_TOKEN_TYPE } from './id-token-claims.js';

/** The cryptography and keys an ID token is verified with. No clock: its end is not judged here. */
export type IdTokenVerifier = Pick<AccessTokenVerifier, 'issuer' | 'decode' | 'findKey' | 'verifySignature'>;

/** What an ID token of ours says. */
export interface IdTokenFacts {
  readonly subject: string;
  readonly audience: readonly string[];
  /** The session it came from; null without one. */
  readonly sid: string | null;
  readonly expiresAt: EpochSeconds;
  readonly issuedAt: EpochSeconds;
}

const IdTokenClaims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  exp: z.number().int(),
  iat: z.number().int(),
  sid: z.string().optional(),
});

/**
 * OIDC Core §3.1.2.1, RP-Initiated Logout 1.0 §2: an ID token this issuer signed, whatever its age: a hint is often past its
 * end. Null for everything else. An access token, a logout token or a response signed for the userinfo endpoint is none: it has
 * another `typ` (RFC 8725 §3.11), or no `exp`.
 *
 * It does not say that the session or the account is still there, nor that whoever brings it is its audience.
 *
 * @throws {Outage} when it cannot be known whether the key is one of ours (I7).
 */
export async function verifyIdToken(compact: string, verifier: IdTokenVerifier): Promise<IdTokenFacts | null> {
  const decoded = verifier.decode(compact);
  if (decoded === null) return null;
  const { typ, kid, alg } = decoded.header;
  if ((typ !== undefined && typ !== ID_TOKEN_TYPE) || typeof kid !== 'string' || 'crit' in decoded.header) return null;
  // Back-Channel Logout 1.0 §2.4: what has an `events` claim is a logout token, whatever its type says.
  const parsed = IdTokenClaims.safeParse(decoded.claims);
  if (!parsed.success || parsed.data.iss !== verifier.issuer || 'events' in decoded.claims) return null;
  const key = await verifier.findKey(kid);
  if (key === null || key.alg !== alg || !verifier.verifySignature(compact, key, key.alg)) return null;
  const { sub, aud, sid, exp, iat } = parsed.data;
  return { subject: sub, audience: typeof aud === 'string' ? [aud] : aud, sid: sid ?? null, expiresAt: exp, issuedAt: iat };
}
