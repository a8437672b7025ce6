import { AccountId, type Authority, ClientId, Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { Confirmation, UserGrant } from '../access-token/index.js';
import type { BackchannelDeliveryMode } from '../client/index.js';

/** Whom a request is for, as the owner of the accounts is asked. */
export const PersonHint = z.discriminatedUnion('kind', [
  /** What people sign in with: `login_hint`, or a subject identifier that is an address. */
  z.object({ kind: z.literal('identifier'), value: z.string() }),
  /** The subject this client knows the person by (OIDC Core §8). */
  z.object({ kind: z.literal('subject'), value: z.string() }),
  /** An ID token of ours for this client: `id_token_hint`. */
  z.object({ kind: z.literal('id_token'), value: z.string() }),
]);
/** Whom a request is for. */
export type PersonHint = z.infer<typeof PersonHint>;

/** A valid backchannel authentication request (CIBA Core §7.1). Whether its person exists is another question. */
export interface BackchannelAuthenticationRequest {
  readonly clientId: ClientId;
  readonly authority: Authority;
  readonly hint: PersonHint;
  /** Shown to the person word for word (CIB-3); null when there is none. */
  readonly bindingMessage: string | null;
  readonly acrValues: readonly string[];
  /** `requested_expiry` within what the deployment allows. */
  readonly lifetimeSeconds: number;
  readonly deliveryMode: BackchannelDeliveryMode;
  /** Null for poll, where it would be told to nobody. */
  readonly notificationToken: string | null;
  /** As the gateway sealed it (decision 8); null where none was sent. */
  readonly sealedUserCode: string | null;
  /** `jti` of the signed request, which may be used once (CIB-11); null for a form. */
  readonly jti: string | null;
}

/** What a client presents for an `auth_req_id` (CIBA Core §10.1, §11); one statement of the owner judges it. */
export const AuthReqIdRedemptionRequest = z.object({
  /** SHA-256 of it, base64url. */
  authReqIdHash: Handle,
  /** The authenticated client. */
  clientId: ClientId,
  /** The key the client proved at the token endpoint. */
  confirmation: Confirmation.nullable(),
  /** Minted once per token request: the same id gets the same answer, and is never a second redemption. */
  redemptionId: z.uuid(),
});
/** What a client presents for an `auth_req_id`. */
export type AuthReqIdRedemptionRequest = z.infer<typeof AuthReqIdRedemptionRequest>;

/**
 * What became of a poll. `slow_down`: it came too early, and the interval is 5 seconds longer from now on. `unknown`: there is none
 * of this client, or what was granted is no longer alive.
 */
export const AuthReqIdRedemption = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('redeemed'), grant: UserGrant }),
  z.object({ outcome: z.enum(['pending', 'slow_down', 'denied', 'expired', 'used', 'unknown']) }),
]);
/** What became of a poll. */
export type AuthReqIdRedemption = z.infer<typeof AuthReqIdRedemption>;

/** What the owner of the accounts answers to a {@link PersonHint}. */
export const FoundPerson = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('found'),
    accountId: AccountId,
    /** An address that is known to be theirs; null when there is none. */
    email: z.string().nullable(),
  }),
  z.object({ outcome: z.enum(['unknown', 'missing_user_code', 'invalid_user_code']) }),
]);
/** What the owner of the accounts answers. */
export type FoundPerson = z.infer<typeof FoundPerson>;

/** What a deployment decides about these requests. */
export interface BackchannelAuthenticationPolicy {
  readonly issuer: string;
  /** Seconds a request lives that asks for nothing else, and the most it may ask for (CIB-10). */
  readonly lifetimeSeconds: number;
  readonly lifetimeSecondsMax: number;
  /** Seconds between two polls (CIBA Core §7.3 `interval`). */
  readonly intervalSeconds: number;
}
