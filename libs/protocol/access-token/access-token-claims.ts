import { ClientId, type EpochSeconds, formatScope, USER_SUBJECT_PREFIX } from '@tessera/vocabulary';
import { z } from 'zod';
import type { Entitlement, Subject } from './entitlement.js';

/** RFC 9068 §2.2: the claims of our own access tokens, as far as anything here reads them back. */
export const AccessTokenClaims = z.object({
  iss: z.string(),
  exp: z.number().int(),
  aud: z.string(),
  sub: z.string(),
  client_id: ClientId,
  iat: z.number().int(),
  jti: z.string().min(1),
  scope: z.string().optional(),
});
/** The claims of our own access tokens. */
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;

/**
 * RFC 9068 §2.2: `iss`, `exp`, `aud`, `sub`, `client_id`, `iat`, `jti`; §2.2.3: `scope`. RFC 9068 §3: `aud` is the one resource
 * the token is for.
 *
 * @throws {RangeError} for a subject that could be taken for one of another kind: a bug, never a request.
 */
export function accessTokenClaims(
  { clientId, subject, authority, resource, lifetimeSeconds, confirmation }: Entitlement,
  { issuer, issuedAt, jti }: { readonly issuer: string; readonly issuedAt: EpochSeconds; readonly jti: string },
): Record<string, unknown> {
  const claims: Record<string, unknown> = {
    iss: issuer,
    sub: subjectOf(subject, clientId),
    aud: resource,
    client_id: clientId,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti,
  };
  if (authority.scope.length > 0) claims['scope'] = formatScope(authority.scope);
  if (confirmation !== null) claims['cnf'] = confirmation;
  return claims;
}

/** RFC 9068 §2.2, RFC 9700 §4.15.2 (CCR-2): without an end-user the client is its own subject, and nobody else's. */
export function subjectOf({ kind, id }: Subject, clientId: ClientId): string {
  const isUser = id.startsWith(USER_SUBJECT_PREFIX);
  if (kind === 'user' ? !isUser : isUser || id !== clientId) throw new RangeError(`not the subject of a ${kind}`);
  return id;
}
