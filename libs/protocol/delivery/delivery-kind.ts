import type { RetrySchedule } from './retry-schedule.js';

/** What of a kind decides how it is sent again. What it says is its owner's; how it is sent is the same for all. */
export interface DeliveryKind {
  readonly schedule: RetrySchedule;
  /** Statuses tried again although they are final for other kinds. */
  readonly retriedToo: readonly number[];
  /** Statuses that end it although they are tried again for other kinds. */
  readonly finalToo: readonly number[];
  /** Whether it goes to the one mail server of the deployment, whoever it is for. */
  readonly byMail: boolean;
}

const SOON: RetrySchedule = { firstSeconds: 2, maxSeconds: 600 };

/** The kinds this release sends; a new one is a new row here and in the owner's table. */
export const DELIVERY_KINDS = {
  /**
   * A logout token. The receiver's 400 says that the request was invalid or the logout failed (Back-Channel Logout §2.8); the same
   * token will not do better, and one whose `jti` it has seen is refused by it in that way as well.
   */
  'backchannel-logout': { schedule: SOON, retriedToo: [], finalToo: [], byMail: false },
  /** CIBA Core §10.2. A 401 says that the client does not know its own token: it will not know it next time. */
  ping: { schedule: SOON, retriedToo: [], finalToo: [], byMail: false },
  /** CIBA Core §10.3. The same; each attempt says the same tokens (CIB-7). */
  push: { schedule: SOON, retriedToo: [], finalToo: [], byMail: false },
  /** A letter to a person about a request that waits for them. */
  email: { schedule: SOON, retriedToo: [], finalToo: [], byMail: true },
  /** A signed call to the deployment's own authenticator. */
  webhook: { schedule: SOON, retriedToo: [], finalToo: [], byMail: false },
  /**
   * A push message to a browser of a person (RFC 8030 §5). 404 and 410 say that the browser is gone (§7.3). What a push service says of
   * our key or our size (RFC 8292 §4.2) whoever runs this may mend before the request is over.
   */
  'web-push': { schedule: SOON, retriedToo: [400, 401, 403, 413], finalToo: [], byMail: false },
} as const satisfies Readonly<Record<string, DeliveryKind>>;

/** The policy of a kind; null for one this release does not know. */
export function deliveryKind(name: string): DeliveryKind | null {
  return Object.entries(DELIVERY_KINDS).find(([known]) => known === name)?.[1] ?? null;
}
