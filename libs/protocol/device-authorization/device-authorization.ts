import { AccountId, Authority, ClientId, GrantId } from '@tessera/vocabulary';
import { z } from 'zod';
import { Confirmation, UserGrant } from '../access-token/index.js';

/** A valid device authorization request (RFC 8628 §3.1), as it is stored and shown; never validated again against another text. */
export const DeviceAuthorizationRequest = z.object({
  /** What the device asks for, each scope and resource allowed to its client. */
  authority: Authority,
  /** `acr_values` (OIDC Core §3.1.2.1): a preference. */
  acrValues: z.array(z.string()),
});
/** A valid device authorization request. */
export type DeviceAuthorizationRequest = z.infer<typeof DeviceAuthorizationRequest>;

/** What a person is shown of a request before they decide (RFC 8628 §5.4, DEV-5). Instants are seconds since the epoch. */
export const DeviceRequestView = z.object({
  id: z.uuid(),
  clientId: ClientId,
  /** As it is stored; shown in two halves. */
  userCode: z.string(),
  request: DeviceAuthorizationRequest,
  confirmation: Confirmation.nullable(),
  /** Where the device asked from. */
  sourceAddress: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  /** Whether it still waits for a decision; a decided or expired one may not be decided any more. */
  state: z.enum(['pending', 'approved', 'denied', 'redeemed', 'expired', 'cancelled']),
  /** Of the database that counts. */
  now: z.number(),
});
/** What a person is shown of a request. */
export type DeviceRequestView = z.infer<typeof DeviceRequestView>;

/** A person's attempt to name a request by its user code. */
export const UserCodeAttempt = z.object({
  /** In its stored form; null for what cannot be one: it is counted all the same. */
  userCode: z.string().nullable(),
  /** SHA-256 (base64url) of the cookie of the browser; null for one without. */
  browserHash: z.string().regex(/^[A-Za-z0-9_-]{43}$/).nullable(),
  sourceAddress: z.string(),
  /** Who is signed in; null when nobody is. */
  accountId: AccountId.nullable(),
});
/** A person's attempt to name a request. */
export type UserCodeAttempt = z.infer<typeof UserCodeAttempt>;

/** What became of it. `unknown`: no live request has this code, or it is decided already; counted (DEV-2). */
export const UserCodeFinding = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('found'), device: DeviceRequestView }),
  z.object({ outcome: z.literal('unknown') }),
  z.object({ outcome: z.literal('too_many'), waitSeconds: z.number().int().positive() }),
]);
/** What became of an attempt to name a request. */
export type UserCodeFinding = z.infer<typeof UserCodeFinding>;

/**
 * A person's decision. An approval names the grant that was recorded before (decision 2); so the same message again finds its own
 * decision and gets the same answer.
 */
export const DeviceDecision = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('approve'), id: z.uuid(), accountId: AccountId, grantId: GrantId }),
  z.object({ decision: z.literal('deny'), id: z.uuid(), accountId: AccountId }),
]);
/** A person's decision. */
export type DeviceDecision = z.infer<typeof DeviceDecision>;

/** `decided`: this decision stands. Otherwise what was there first: nothing of this decision was stored. */
export const DeviceDecisionOutcome = z.object({ outcome: z.enum(['decided', 'approved_before', 'denied_before', 'expired', 'unknown']) });
/** What became of a decision. */
export type DeviceDecisionOutcome = z.infer<typeof DeviceDecisionOutcome>;

/** Everything one statement of the owner judges together for one poll. */
export const DeviceCodeRedemptionRequest = z.object({
  /** SHA-256 of the device code, base64url: the code itself goes no further than the token endpoint. */
  deviceCodeHash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** The authenticated client. */
  clientId: ClientId,
  /** The key the client proved at the token endpoint. */
  confirmation: Confirmation.nullable(),
  /** Minted once per token request: the same id gets the same answer, expired or not. */
  redemptionId: z.uuid(),
});
/** What a client presents when it polls. */
export type DeviceCodeRedemptionRequest = z.infer<typeof DeviceCodeRedemptionRequest>;

/** What became of a poll. `unknown`: no code of this client, or what the person allowed is no longer alive. */
export const DeviceCodeRedemption = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('redeemed'), grant: UserGrant }),
  z.object({ outcome: z.enum(['pending', 'too_soon', 'denied', 'expired', 'spent', 'unknown']) }),
]);
/** What became of a poll. */
export type DeviceCodeRedemption = z.infer<typeof DeviceCodeRedemption>;
