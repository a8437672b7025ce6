import type { RetrySchedule } from './retry-schedule.js';

/** What of a kind decides how it is sent again. What it says is its owner's; how it is sent is the same for all. */
export interface DeliveryKind {
  readonly schedule: RetrySchedule;
  /** Statuses tried again although they are final for other kinds. */
  readonly retriedToo: readonly number[];
  /** Statuses that end it although they are tried again for other kinds. */
  readonly finalToo: readonly number[];
}

const SOON: RetrySchedule = { firstSeconds: 2, maxSeconds: 600 };

/** The kinds this release sends; a new one is a new row here and in the owner's table. */
export const DELIVERY_KINDS = {
  /**
   * A logout token. The receiver's 400 says that the request was invalid or the logout failed (Back-Channel Logout §2.8); the same
   * token will not do better, and one whose `jti` it has seen is refused by it in that way as well.
   */
  'backchannel-logout': { schedule: SOON, retriedToo: [], finalToo: [] },
  /** CIBA Core §10.2. A 401 says that the client does not know its own token: it will not know it next time. */
  ping: { schedule: SOON, retriedToo: [], finalToo: [] },
  /** CIBA Core §10.3. The same; each attempt says the same tokens (CIB-7). */
  push: { schedule: SOON, retriedToo: [], finalToo: [] },
  /** A letter to a person about a request that waits for them. */
  email: { schedule: SOON, retriedToo: [], finalToo: [] },
  /** A signed call to the deployment's own authenticator. */
  webhook: { schedule: SOON, retriedToo: [], finalToo: [] },
} as const satisfies Readonly<Record<string, DeliveryKind>>;

/** The policy of a kind; null for one this release does not know. */
export function deliveryKind(name: string): DeliveryKind | null {
  return Object.entries(DELIVERY_KINDS).find(([known]) => known === name)?.[1] ?? null;
}
