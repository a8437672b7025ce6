import { POLL_LEEWAY_SECONDS } from '@tessera/vocabulary';
import { judgePoll, type PolledRequest, type PollOutcome } from './index.js';

const request = (overrides: Partial<PolledRequest> = {}): PolledRequest => ({ state: 'pending', intervalSeconds: 5, polledAt: null, expiresAt: 600, ...overrides });

describe('RFC 8628 §3.5, DEV-4 one poll', () => {
  it.each<[string, PolledRequest, number, PollOutcome]>([
    ['the first may come at once', request(), 0, 'pending'],
    ['at the interval', request({ polledAt: 10 }), 15, 'pending'],
    ['a little early, as timers are', request({ polledAt: 10 }), 15 - POLL_LEEWAY_SECONDS, 'pending'],
    ['too soon', request({ polledAt: 10 }), 15 - POLL_LEEWAY_SECONDS - 0.01, 'too_soon'],
    ['approved', request({ state: 'approved' }), 20, 'redeemed'],
    ['approved, and too soon: there is something to get', request({ state: 'approved', polledAt: 19 }), 20, 'redeemed'],
    ['denied', request({ state: 'denied' }), 20, 'denied'],
    ['denied, and too soon', request({ state: 'denied', polledAt: 20 }), 20, 'denied'],
    ['denied, long ago', request({ state: 'denied' }), 700, 'denied'],
    ['cancelled', request({ state: 'cancelled' }), 20, 'denied'],
    ['expired at the very second', request(), 600, 'expired'],
    ['expired, and too soon', request({ polledAt: 599 }), 600, 'expired'],
    ['approved, but nobody came in time (I4)', request({ state: 'approved' }), 600, 'expired'],
    ['expired, and tidied', request({ state: 'expired' }), 700, 'expired'],
    ['redeemed before', request({ state: 'redeemed' }), 20, 'spent'],
    ['redeemed before, long ago', request({ state: 'redeemed' }), 700, 'spent'],
  ])('%s', (_case, stored, now, outcome) => {
    expect(judgePoll(stored, now).outcome).toBe(outcome);
  });
});

describe('RFC 8628 §3.5, DEV-4 slow_down', () => {
  /** Polls at these instants, one after another. */
  function polls(at: readonly number[], from = request()): { outcomes: PollOutcome[]; last: PolledRequest } {
    const outcomes: PollOutcome[] = [];
    let stored = from;
    for (const now of at) {
      const judged = judgePoll(stored, now);
      outcomes.push(judged.outcome);
      stored = judged.request;
    }
    return { outcomes, last: stored };
  }

  it('adds five seconds each time, for this and all later polls', () => {
    const { outcomes, last } = polls([0, 1, 2, 3]);
    expect(outcomes).toEqual(['pending', 'too_soon', 'too_soon', 'too_soon']);
    expect(last.intervalSeconds).toBe(20);
  });

  it('does not move what the next poll is counted from, so a client that obeys is answered again', () => {
    const { outcomes, last } = polls([0, 1, 11, 21, 31]);
    expect(outcomes).toEqual(['pending', 'too_soon', 'pending', 'pending', 'pending']);
    expect(last).toMatchObject({ intervalSeconds: 10, polledAt: 31 });
  });

  it('never ends a request: who was told off still gets the tokens', () => {
    const { last } = polls([0, 1, 2]);
    expect(judgePoll({ ...last, state: 'approved' }, 3).outcome).toBe('redeemed');
  });

  it('tokens come once', () => {
    expect(polls([1, 2, 3], request({ state: 'approved' })).outcomes).toEqual(['redeemed', 'spent', 'spent']);
  });
});
