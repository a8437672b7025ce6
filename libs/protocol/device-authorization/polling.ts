import { POLL_LEEWAY_SECONDS, POLL_WIDENING_SECONDS } from '@tessera/vocabulary';

/** The states of a request that waits for a person who is elsewhere; one column, one conditional statement per arrow. */
export type PendingRequestState = 'pending' | 'approved' | 'denied' | 'redeemed' | 'expired' | 'cancelled';

/** A request as a poll meets it; instants are seconds of one clock. */
export interface PolledRequest {
  readonly state: PendingRequestState;
  /** Seconds between two polls; every `slow_down` made it longer. */
  readonly intervalSeconds: number;
  /** When the last poll came that kept to the interval; null before the first. */
  readonly polledAt: number | null;
  readonly expiresAt: number;
}

/** What a poll is answered (RFC 8628 §3.5). `redeemed`: this poll gets the tokens; `spent`: an earlier one did. */
export type PollOutcome = 'pending' | 'too_soon' | 'denied' | 'expired' | 'redeemed' | 'spent';

/** The answer, and what the request is after it. */
export interface JudgedPoll {
  readonly outcome: PollOutcome;
  readonly request: PolledRequest;
}

/**
 * RFC 8628 §3.5: the state machine of polling. Its owner runs the same as one statement; this is what that statement is held to.
 *
 * An end that was reached stays what it was; only then the clock is asked, before anything that could still change (DEV-4). A poll
 * that comes too soon makes the interval longer and does not move the moment the next one is counted from, so that a client which
 * obeys from then on is answered again. Who has to be told to wait is only who has nothing to get.
 */
export function judgePoll(request: PolledRequest, now: number): JudgedPoll {
  const { state, intervalSeconds, polledAt, expiresAt } = request;
  const unchanged = (outcome: PollOutcome): JudgedPoll => ({ outcome, request });
  if (state === 'redeemed') return unchanged('spent');
  if (state === 'denied' || state === 'cancelled') return unchanged('denied');
  if (state === 'expired' || expiresAt <= now) return unchanged('expired');
  if (state === 'approved') return { outcome: 'redeemed', request: { ...request, state: 'redeemed' } };
  if (polledAt !== null && now < polledAt + intervalSeconds - POLL_LEEWAY_SECONDS) {
    return { outcome: 'too_soon', request: { ...request, intervalSeconds: intervalSeconds + POLL_WIDENING_SECONDS } };
  }
  return { outcome: 'pending', request: { ...request, polledAt: now } };
}
