import { CLOCK_SKEW_SECONDS, type EpochSeconds, SEALED_SECRET_LIFETIME_SECONDS } from '@tessera/vocabulary';
import { z } from 'zod';

/** What a human secret was sealed for; a value sealed for one thing serves for nothing else (decision 8). */
export const SecretPurpose = z.enum(['sign-in', 'password-grant', 'current-password', 'new-password', 'set-password', 'user-code', 'new-user-code']);
/** What a human secret was sealed for. */
export type SecretPurpose = z.infer<typeof SecretPurpose>;

/** What is inside a sealed human secret (decision 8). */
export const SealedSecret = z.object({
  secret: z.string(),
  /** The request it came with; with `purpose` it names the one opening there may be. */
  rid: z.string().min(8).max(128),
  purpose: SecretPurpose,
  /** Seconds since the epoch, at most a minute after the sealing. */
  exp: z.number().int(),
  /** With `set-password` the user name it is for, so that it cannot be given to somebody else. */
  account: z.string().optional(),
});
/** What is inside a sealed human secret. */
export type SealedSecret = z.infer<typeof SealedSecret>;

/** What the opener expects. */
export interface SecretExpectation {
  readonly rid: string;
  readonly purpose: SecretPurpose;
  readonly account?: string;
}

/** Why a sealed value is not used. */
export type SealedSecretFault = 'malformed' | 'other-request' | 'other-purpose' | 'other-account' | 'expired' | 'too-far-ahead';

/**
 * Judges what came out of a sealed value. An `exp` far ahead is refused as well: the record of its opening is kept for minutes
 * only. Not judged here: whether it was opened before.
 */
export function judgeSealedSecret(
  payload: unknown,
  expected: SecretExpectation,
  now: EpochSeconds,
): { readonly sealed: SealedSecret; readonly fault: null } | { readonly sealed: null; readonly fault: SealedSecretFault } {
  const parsed = SealedSecret.safeParse(payload);
  if (!parsed.success) return { sealed: null, fault: 'malformed' };
  const { rid, purpose, account, exp } = parsed.data;
  if (rid !== expected.rid) return { sealed: null, fault: 'other-request' };
  if (purpose !== expected.purpose) return { sealed: null, fault: 'other-purpose' };
  if (account !== expected.account) return { sealed: null, fault: 'other-account' };
  if (exp <= now) return { sealed: null, fault: 'expired' };
  if (exp > now + SEALED_SECRET_LIFETIME_SECONDS + CLOCK_SKEW_SECONDS) return { sealed: null, fault: 'too-far-ahead' };
  return { sealed: parsed.data, fault: null };
}
