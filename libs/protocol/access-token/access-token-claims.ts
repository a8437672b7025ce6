import { ClientId, type EpochSeconds, formatScope, type GrantId, USER_SUBJECT_PREFIX } from '@tessera/vocabulary';
import { z } from 'zod';
import { Confirmation, type Entitlement, type Subject } from './entitlement.js';

/** RFC 9068 §2.2: the claims of our own access tokens, as far as anything here reads them back. */
export const AccessTokenClaims = z.object({
  iss: z.string(),
  exp: z.number().int(),
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  sub: z.string(),
  client_id: ClientId,
  iat: z.number().int(),
  jti: z.string().min(1),
  scope: z.string().optional(),
  cnf: Confirmation.optional(),
});
/** The claims of our own access tokens. */
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;

/** OIDC Core §3.1.2.1: the scope that asks who the user is, and opens the userinfo endpoint. */
const OPENID = 'openid';

/** The id of a grant before the dot of a `jti` (decision 3). */
const USER_JTI = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\./;

/**
 * RFC 9068 §2.2: `iss`, `exp`, `aud`, `sub`, `client_id`, `iat`, `jti`; §2.2.3: `scope`.
 *
 * @throws {RangeError} for a subject that could be taken for one of another kind: a bug, never a request.
 */
export function accessTokenClaims(
  entitlement: Entitlement,
  { issuer, issuedAt, jti }: { readonly issuer: string; readonly issuedAt: EpochSeconds; readonly jti: string },
): Record<string, unknown> {
  const { clientId, subject, authority, lifetimeSeconds, confirmation } = entitlement;
  const claims: Record<string, unknown> = {
    iss: issuer,
    sub: subjectOf(subject, clientId),
    aud: audienceOf(entitlement, issuer),
    client_id: clientId,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti,
  };
  if (authority.scope.length > 0) claims['scope'] = formatScope(authority.scope);
  if (confirmation !== null) claims['cnf'] = confirmation;
  return claims;
}

/**
 * RFC 9068 §3: the resource the token is for. With `openid` it is for the userinfo endpoint too, whose resource is the issuer
 * itself: a client that asked for both would otherwise need two tokens (OIDC Core §5.3).
 */
export function audienceOf({ subject, authority, resource }: Entitlement, issuer: string): string | readonly [string, string] {
  if (subject.kind === 'client' || resource === issuer) return resource;
  return authority.scope.includes(OPENID) ? [resource, issuer] : resource;
}

/** Decision 3: the `jti` of a user's token names the grant it lives with, so that nothing has to be stored for it. */
export function jtiOf(grantId: GrantId | null, random: string): string {
  return grantId === null ? random : `${grantId}.${random}`;
}

/** The grant in a `jti` of ours; null for the token of a client by itself. */
export function grantOfJti(jti: string): string | null {
  return USER_JTI.exec(jti)?.[1] ?? null;
}

/** RFC 9068 §2.2, RFC 9700 §4.15.2 (CCR-2): without an end-user the client is its own subject, and nobody else's. */
export function subjectOf({ kind, id }: Subject, clientId: ClientId): string {
  const isUser = id.startsWith(USER_SUBJECT_PREFIX);
  if (kind === 'user' ? !isUser : isUser || id !== clientId) throw new RangeError(`not the subject of a ${kind}`);
  return id;
}
