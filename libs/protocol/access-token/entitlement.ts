import { ACCESS_TOKEN_LIFETIME_SECONDS_MAX, Authority, ClientId, ResourceIdentifier } from '@tessera/vocabulary';
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
  /** RFC 8693 §4.1: who acts for the subject. */
  actor: z.null(),
  /** The grant a token exchange started from. */
  sourceGrant: z.null(),
  authority: Authority,
  /** The one resource the token is for: its `aud`. */
  resource: ResourceIdentifier,
  lifetimeSeconds: z.number().int().positive().max(ACCESS_TOKEN_LIFETIME_SECONDS_MAX),
  /** Null: whoever holds the token may use it (RFC 6750). */
  confirmation: Confirmation.nullable(),
});
/** What a grant decided that a client may be given. */
export type Entitlement = z.infer<typeof Entitlement>;
