import { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { Confirmation, UserGrant } from '../access-token/index.js';

/** Everything one statement of the owner judges together (COD-1, COD-7). */
export const AuthorizationCodeRedemptionRequest = z.object({
  /** SHA-256 of the code, base64url: the code itself goes no further than the token endpoint. */
  codeHash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** The authenticated client. */
  clientId: ClientId,
  /** As sent to the token endpoint; null when it was not. */
  redirectUri: z.string().nullable(),
  /** S256 of the `code_verifier` (RFC 7636 §4.6); null when none was sent. */
  codeChallenge: z.string().nullable(),
  /** The key the client proved at the token endpoint. */
  confirmation: Confirmation.nullable(),
  /** Minted once per token request: the same id gets the same answer, expired or not, and is never a replay. */
  redemptionId: z.uuid(),
});
/** What a client presents for a code. */
export type AuthorizationCodeRedemptionRequest = z.infer<typeof AuthorizationCodeRedemptionRequest>;

/**
 * What became of a code. `mismatch`: client, redirect URI, verifier or key are not those of the request; an attempt is counted,
 * the code is not spent. `replayed`: it was redeemed before by this client, and its grant is now revoked. `unknown`: there is
 * none, or it expired, or ended by its attempts, or its grant is no longer alive.
 */
export const AuthorizationCodeRedemption = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('redeemed'), grant: UserGrant }),
  z.object({ outcome: z.enum(['mismatch', 'replayed', 'unknown']) }),
]);
/** What became of a code. */
export type AuthorizationCodeRedemption = z.infer<typeof AuthorizationCodeRedemption>;
