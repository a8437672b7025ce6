import { AccountId, type EpochSeconds } from '@tessera/vocabulary';
import { z } from 'zod';

/** A live session of the browser that asks, as the database answered in one statement. */
export const SignedIn = z.object({
  /** Of the session's row; never leaves the service. */
  sessionId: z.uuid(),
  /** `sid` of ID and logout tokens. */
  sid: z.string(),
  accountId: AccountId,
  /** `auth_time`: seconds since the epoch by the database's clock, with their fraction. */
  authenticatedAt: z.number(),
  acr: z.string(),
  amr: z.array(z.string()),
});
/** A live session of the browser that asks. */
export type SignedIn = z.infer<typeof SignedIn>;

/** How long sessions live, in seconds. */
export interface SessionLifetimes {
  /** Without being used. */
  readonly idleSeconds: number;
  /** However often it is used. */
  readonly lifetimeSeconds: number;
}

/**
 * Whether the person proved who they are too long ago (OIDC Core §3.1.2.1 `max_age`). Zero asks for a new proof even in the
 * second of the old one: it means the same as `prompt=login`.
 */
export function isTooOld(signedIn: SignedIn, maxAgeSeconds: number | null, now: EpochSeconds): boolean {
  return maxAgeSeconds !== null && (maxAgeSeconds === 0 || now - signedIn.authenticatedAt > maxAgeSeconds);
}
