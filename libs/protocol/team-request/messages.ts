import { ClientId, Handle, PARAMETER_BYTES_MAX, TeamName } from '@tessera/vocabulary';
import { z } from 'zod';

/** Members of a list in a message. */
const LIST_MAX = 20;
/** Octets of one authentication method, and of an address. */
const AMR_LENGTH_MAX = 32;
const ADDRESS_LENGTH_MAX = 64;

const parameter = z.string().min(1).max(PARAMETER_BYTES_MAX);
const resources = z.array(parameter).max(LIST_MAX).default([]);
const instant = z.number().nonnegative();
const state = z.enum(['pending', 'approved', 'denied', 'redeemed', 'expired', 'cancelled']);

/** A team asks that a person be asked: parameters of CIBA Core §7.1 by their meaning, exactly one hint among them. */
export const StartBackchannelRequest = z.object({
  /** One of the team's clients: whose name the person sees, and who gets the tokens. */
  clientId: ClientId,
  /** `scope`, with spaces between. */
  scope: parameter.optional(),
  /** `resource`, RFC 8707 §2. */
  resources,
  loginHint: parameter.optional(),
  loginHintToken: parameter.optional(),
  idTokenHint: parameter.optional(),
  bindingMessage: parameter.optional(),
  acrValues: parameter.optional(),
  /** Seconds. */
  requestedExpiry: z.number().int().positive().optional(),
  /** Where the client is pinged or pushed to. */
  clientNotificationToken: parameter.optional(),
  /** A signed request (CIBA Core §7.1.1), where the client has to sign; then nothing else stands beside it. */
  request: parameter.optional(),
  /** Where the person is, as far as the team knows: for the record. */
  sourceAddress: z.string().max(ADDRESS_LENGTH_MAX).default(''),
});
/** A team asks that a person be asked. */
export type StartBackchannelRequest = z.infer<typeof StartBackchannelRequest>;

/** A request that was started. The client polls the token endpoint with `authReqId`; the team names it by `request`. */
export const StartedBackchannelRequest = z.object({
  request: z.uuid(),
  authReqId: Handle,
  expiresIn: z.number().int(),
  /** Seconds between two polls; null for a client that is pushed to. */
  interval: z.number().int().nullable(),
  /** What the client has to show, where the person picks a number (CIB-5). */
  number: z.number().int().nullable(),
});
/** A request that was started. */
export type StartedBackchannelRequest = z.infer<typeof StartedBackchannelRequest>;

/** A team starts a device authorization for one of its clients (RFC 8628 §3.1). */
export const StartDeviceRequest = z.object({
  clientId: ClientId,
  scope: parameter.optional(),
  resources,
  acrValues: parameter.optional(),
  /** Where the device is, as the person will be shown. */
  sourceAddress: z.string().max(ADDRESS_LENGTH_MAX).default(''),
});
/** A team starts a device authorization. */
export type StartDeviceRequest = z.infer<typeof StartDeviceRequest>;

/** What the device is given (RFC 8628 §3.2), and the name the team has for it. */
export const StartedDeviceRequest = z.object({
  request: z.uuid(),
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string(),
  expiresIn: z.number().int(),
  interval: z.number().int(),
});
/** What the device is given. */
export type StartedDeviceRequest = z.infer<typeof StartedDeviceRequest>;

/** A request by the name its start gave it. */
export const NamedRequest = z.object({ request: z.uuid() });
/** A request by its name. */
export type NamedRequest = z.infer<typeof NamedRequest>;

const shown = {
  request: z.uuid(),
  clientId: ClientId,
  state,
  scope: z.array(z.string()),
  resources: z.array(z.string()),
  /** Seconds since the epoch, of the database that counts. */
  createdAt: instant,
  expiresAt: instant,
  decidedAt: instant.nullable(),
};

/** A backchannel authentication request as its team sees it. Whom it is for is not said: the hint was the team's. */
export const BackchannelRequestView = z.object({
  ...shown,
  bindingMessage: z.string().nullable(),
  deliveryMode: z.enum(['poll', 'ping', 'push']),
  /** Whether it is approved with a number only. */
  numberMatching: z.boolean(),
});
/** A backchannel authentication request as its team sees it. */
export type BackchannelRequestView = z.infer<typeof BackchannelRequestView>;

/** A device authorization as its team sees it. */
export const DeviceRequestSummary = z.object({ ...shown, userCode: z.string(), sourceAddress: z.string() });
/** A device authorization as its team sees it. */
export type DeviceRequestSummary = z.infer<typeof DeviceRequestSummary>;

/** How the team made sure of the person: what `auth_time` and `amr` of their tokens say. `acr` is never a team's to say. */
export const VouchedAuthentication = z.object({
  /** Seconds since the epoch, within the last hour. */
  authenticatedAt: z.number().int().nonnegative(),
  /** RFC 8176 §2, for example `["tel", "kba"]`. */
  amr: z.array(z.string().min(1).max(AMR_LENGTH_MAX).regex(/^[\x21-\x7E]+$/)).min(1).max(LIST_MAX),
});
/** How the team made sure of the person. */
export type VouchedAuthentication = z.infer<typeof VouchedAuthentication>;

/** A team decides for the person a backchannel request is for. */
export const BackchannelDecision = NamedRequest.extend({
  decision: z.discriminatedUnion('decision', [
    z.object({
      decision: z.literal('approve'),
      authentication: VouchedAuthentication,
      /** What the person picked, where the client shows a number: one try, a wrong one denies. */
      number: z.number().int().optional(),
    }),
    z.object({ decision: z.literal('deny') }),
  ]),
});
/** A team decides for a person. */
export type BackchannelDecision = z.infer<typeof BackchannelDecision>;

/** A team decides about a device; to approve it says whose it is. */
export const DeviceRequestDecision = NamedRequest.extend({
  decision: z.discriminatedUnion('decision', [
    z.object({
      decision: z.literal('approve'),
      authentication: VouchedAuthentication,
      /** What the person signs in with, or the subject the client knows them by. */
      person: z.object({ kind: z.enum(['identifier', 'subject']), value: parameter }),
    }),
    z.object({ decision: z.literal('deny') }),
  ]),
});
/** A team decides about a device. */
export type DeviceRequestDecision = z.infer<typeof DeviceRequestDecision>;

/**
 * `done`: this is how it stands, by this message or by the same one before; after a wrong number that is `denied`. `too_late`: it had come
 * to another end; nothing was changed.
 */
export const RequestEnded = z.object({ outcome: z.enum(['done', 'too_late']), state });
/** What became of a decision or a cancellation. */
export type RequestEnded = z.infer<typeof RequestEnded>;

/** What a grant on a team's word rests on. */
export const VouchingTeam = z.object({ team: TeamName, authentication: VouchedAuthentication });
/** What a grant on a team's word rests on. */
export type VouchingTeam = z.infer<typeof VouchingTeam>;
