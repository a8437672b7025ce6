import { ACCOUNT_ATTEMPT_LIMITS, type AttemptState, blockSeconds, blockSteps, nextAttemptState, SOURCE_ATTEMPT_LIMITS } from './index.js';

const limits = ACCOUNT_ATTEMPT_LIMITS;
const MINUTE = 60_000;

/** Attempts at the given milliseconds; which of them are evaluated. */
function evaluated(at: readonly number[], from: AttemptState | null = null): number[] {
  let state = from;
  return at.filter((nowMs) => {
    const next = nextAttemptState(state, limits, nowMs);
    if (next !== null) state = next;
    return next !== null;
  });
}

describe('CCR-4, ASVS 6.3.1: how many attempts are looked at', () => {
  it('10 by account and 100 by source in 15 minutes', () => {
    expect([ACCOUNT_ATTEMPT_LIMITS, SOURCE_ATTEMPT_LIMITS].map(({ threshold, windowSeconds }) => [threshold, windowSeconds])).toEqual([
      [10, 900],
      [100, 900],
    ]);
  });

  it('the threshold is evaluated, the next is not', () => {
    expect(evaluated(Array.from({ length: 40 }, () => 0))).toHaveLength(10);
  });

  it('the block doubles with each further failure up to its greatest', () => {
    expect(Array.from({ length: 8 }, (_, n) => blockSeconds(8 + n, limits))).toEqual([0, 0, 60, 120, 240, 480, 900, 900]);
  });

  it('one attempt is evaluated when a block ends, not before', () => {
    const ten = Array.from({ length: 10 }, () => 0);
    expect(evaluated([...ten, MINUTE - 1, MINUTE, MINUTE, 3 * MINUTE - 1, 3 * MINUTE]).slice(10)).toEqual([MINUTE, 3 * MINUTE]);
  });

  it('somebody who guesses for a day gets at most 10 and one for each block', () => {
    const everySecond = Array.from({ length: 86_400 }, (_, second) => second * 1_000);
    expect(evaluated(everySecond).length).toBeLessThanOrEqual(10 + 86_400 / 900 + 4);
  });

  it('a window without reaching the threshold is forgotten', () => {
    const nine = Array.from({ length: 9 }, () => 0);
    const later = Array.from({ length: 12 }, () => 15 * MINUTE);
    expect(evaluated([...nine, ...later])).toHaveLength(9 + 10);
  });

  it('a block is remembered for a window after its end, so that it grows', () => {
    const ten = Array.from({ length: 10 }, () => 0);
    const soon = MINUTE + 14 * MINUTE;
    expect(evaluated([...ten, soon, soon + 2 * MINUTE - 1]).slice(10)).toEqual([soon]);
    const late = MINUTE + 15 * MINUTE;
    expect(evaluated([...ten, ...Array.from({ length: 12 }, () => late)])).toHaveLength(10 + 10);
  });

  it('the steps for the statement are the blocks from the threshold on', () => {
    const steps = blockSteps(limits);
    expect(steps).toEqual([60, 120, 240, 480, 900]);
    expect(steps.map((_, n) => blockSeconds(limits.threshold + n, limits))).toEqual(steps);
  });
});
