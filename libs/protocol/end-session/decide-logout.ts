import type { LogoutRequest } from './logout-request.js';

/** Who is signed in in the browser that asks, as the client of the request would know them. */
export interface LogoutSession {
  readonly sid: string;
  /** The `sub` for the client of the request; asked only for a hint without `sid`. */
  readonly subject: () => string;
}

/**
 * What a logout request comes to. `nobody`: there is nothing to end here. `end`: at once. `confirm`: the person is asked first,
 * because anybody can make a browser send this request (LOG-2, RP-Initiated Logout 1.0 §6).
 */
export type LogoutDecision = 'nobody' | 'end' | 'confirm';

/**
 * RP-Initiated Logout 1.0 §2, §6 (LOG-2): only a valid ID token of this very session spares the question. One of an earlier
 * session, or of somebody else, does not say that this person wants to go.
 */
export function decideLogout({ hint }: LogoutRequest, session: LogoutSession | null): LogoutDecision {
  if (session === null) return 'nobody';
  if (hint === null) return 'confirm';
  const same = hint.sid === null ? hint.subject === session.subject() : hint.sid === session.sid;
  return same ? 'end' : 'confirm';
}
