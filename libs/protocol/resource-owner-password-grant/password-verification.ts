import { Authority, ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { Confirmation, UserGrant } from '../access-token/index.js';

/** One attempt to sign in by password at the token endpoint (RFC 6749 §4.3.2). */
export const PasswordVerification = z.object({
  clientId: ClientId,
  username: z.string(),
  /** The password as the gateway sealed it (decision 8): a JWE only authorization opens, bound to `requestId`. */
  sealedPassword: z.string(),
  /** What the client may be granted when the password is right. */
  authority: Authority,
  offline: z.boolean(),
  confirmation: Confirmation.nullable(),
  /** Address of the client as the gateway knows it; attempts are counted by it as well. */
  sourceAddress: z.string(),
  /** The request id at the edge: a sealed value is opened once per request id, and the grant is recorded once per it. */
  requestId: z.string(),
});
/** One attempt to sign in by password at the token endpoint. */
export type PasswordVerification = z.infer<typeof PasswordVerification>;

/** `refused` is all there is to know: unknown user, wrong password, lock and disabled account look alike (CCR-3). */
export const PasswordVerdict = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('granted'), grant: UserGrant }),
  z.object({ outcome: z.literal('refused') }),
]);
/** What became of the attempt. */
export type PasswordVerdict = z.infer<typeof PasswordVerdict>;
