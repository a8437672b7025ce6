import { AccountId, Authority, ClientId, GrantId, Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { Confirmation } from '../access-token/index.js';

/** Characters of the name under which a grant is recorded. */
const REQUEST_ID_LENGTH_MAX = 128;

/**
 * What a person allowed on a page of ours for a request that came another way (decision 2). The session is named by its handle:
 * whoever asks for a grant shows that the person is there, and does not merely say so.
 */
export const GrantRecording = z.object({
  /** Of the request that was approved, with its kind before it: the same again finds the same grant. */
  requestId: z.string().min(8).max(REQUEST_ID_LENGTH_MAX),
  /** The session cookie of the browser in which it was approved. */
  session: Handle,
  /** The one person who may allow it. */
  accountId: AccountId,
  clientId: ClientId,
  authority: Authority,
  /** `offline_access` was granted (OIDC Core §11). */
  offline: z.boolean(),
  confirmation: Confirmation.nullable(),
});
/** What a person allowed for a request that came another way. */
export type GrantRecording = z.infer<typeof GrantRecording>;

/**
 * What a person allowed on the deployment's own authenticator, which says how it knew them. The service that asks has judged its
 * signature; whether any such authenticator is trusted at all, the owner of the grants knows by itself.
 */
export const AuthenticatedGrantRecording = GrantRecording.omit({ session: true }).extend({
  authentication: z.object({ acr: z.string().nullable(), amr: z.array(z.string()).min(1) }),
});
/** What a person allowed on the deployment's own authenticator. */
export type AuthenticatedGrantRecording = z.infer<typeof AuthenticatedGrantRecording>;

/**
 * `signed_out`: nobody is signed in by that session any more. `other_person`: somebody else is. `not_possible`: the client or the
 * account is out of use, or that name recorded something else.
 */
export const GrantRecorded = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('recorded'), grantId: GrantId }),
  z.object({ outcome: z.literal('refused'), why: z.enum(['signed_out', 'other_person', 'not_possible']) }),
]);
/** What became of it. */
export type GrantRecorded = z.infer<typeof GrantRecorded>;
