import { ACCESS_TOKEN_LIFETIME_SECONDS_MAX, Authority, ClientId, GrantId, ResourceIdentifier } from '@tessera/vocabulary';
import { z } from 'zod';

/** Who a token speaks for. For `client` the id is the client's own; for `user` the subject the client knows the user by. */
export const Subject = z.object({ kind: z.enum(['client', 'user']), id: z.string().min(1).max(255) });
/** Who a token speaks for. */
export type Subject = z.infer<typeof Subject>;

/** The key a token is bound to (RFC 7800): of a DPoP proof (RFC 9449 §6.1) or of a certificate (RFC 8705 §3.1). */
export const Confirmation = z.union([z.object({ jkt: z.string() }), z.object({ 'x5t#S256': z.string() })]);
/** The key a token is bound to. */
export type Confirmation = z.infer<typeof Confirmation>;

/** What a grant decided that a client may be given; the same for every grant (decision 14). */
export const Entitlement = z.object({
  clientId: ClientId,
  subject: Subject,
  /** The grant of the user the token lives with (decision 2); null without a user. */
  grantId: GrantId.nullable(),
  /** RFC 8693 §4.1: who acts for the subject. */
  actor: z.null(),
  /** The grant a token exchange started from. */
  sourceGrant: z.null(),
  authority: Authority,
  /** The one resource the token is for: its `aud`. The issuer itself when it is for the userinfo endpoint alone. */
  resource: ResourceIdentifier,
  lifetimeSeconds: z.number().int().positive().max(ACCESS_TOKEN_LIFETIME_SECONDS_MAX),
  /** Null: whoever holds the token may use it (RFC 6750). */
  confirmation: Confirmation.nullable(),
});
/** What a grant decided that a client may be given. */
export type Entitlement = z.infer<typeof Entitlement>;

/**
 * What a user granted a client, as the grant's owner answers a redemption: everything tokens are made of (OIDC Core §2,
 * RFC 9068 §2.2), so that token asks nobody else. Instants are seconds since the epoch.
 */
export const UserGrant = z.object({
  grantId: GrantId,
  clientId: ClientId,
  /** The subject this client knows the user by (OIDC Core §8). */
  subject: z.string().min(1).max(255),
  /** Granted scope, resources and, as `userinfo` and `id_token`, granted claims. */
  authority: Authority,
  /** Whether it outlives the session (`offline_access`, OIDC Core §11). */
  offline: z.boolean(),
  confirmation: Confirmation.nullable(),
  /** `sid` of the session it came from; null without one. */
  sid: z.string().nullable(),
  authTime: z.number().int(),
  acr: z.string().nullable(),
  amr: z.array(z.string()),
  nonce: z.string().nullable(),
  /** Values of the claims that the `claims` parameter wants in the ID token (OIDC Core §5.5), as far as they are known. */
  idTokenClaims: z.record(z.string(), z.unknown()),
});
/** What a user granted a client. */
export type UserGrant = z.infer<typeof UserGrant>;
