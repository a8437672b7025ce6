import { WallClockWatch } from './wall-clock-watch.js';

const DATABASE = 1_700_000_000.25;

/** A process whose wall clock is off by `skew` and whose questions take `tookMs`. */
function watched() {
  const at = { skew: 0, monotonic: 0 };
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  let database = DATABASE;
  const clock = { epochSeconds: () => Math.floor(database + at.skew), monotonicMs: () => at.monotonic };
  const watch = new WallClockWatch(clock, { error: log, info: log });
  /** One question: the database reads its clock `answeredMs` after it was sent; the answer is here after `tookMs`. */
  const ask = (skew: number, tookMs = 2, answeredMs = tookMs / 2) => {
    at.skew = skew;
    const sent = watch.asking();
    const said = database + answeredMs / 1_000;
    database += tookMs / 1_000;
    at.monotonic += tookMs;
    watch.answered(sent, said);
    return watch.agrees;
  };
  return { watch, lines, ask };
}

describe('F18 the wall clock of a process is compared with the database', () => {
  it.each([0, 30, -30])('agrees at %i seconds', (skew) => {
    const { ask, lines } = watched();
    expect([ask(skew), ask(skew), ask(skew), ask(skew)]).toEqual([true, true, true, true]);
    expect(lines).toEqual([]);
  });

  it.each([32, 120, -32, -120, 3_600])('MUST not agree at %i seconds, at once when it was so from the start', (skew) => {
    const { ask, watch } = watched();
    expect(ask(skew)).toBe(false);
    expect(Math.abs((watch.skewSeconds ?? 0) - skew)).toBeLessThan(1.1);
  });

  it.each([120, -120])('MUST notice a jump by %i seconds at the third answer, say so once, and say when it is over', (skew) => {
    const { ask, lines } = watched();
    expect([0, skew, skew, skew, skew, skew].map((one) => ask(one))).toEqual([true, true, true, false, false, false]);
    expect(lines).toEqual(['the clock of this process is wrong, or the one of the database: not ready until they agree']);
    expect([0, 0, 0].map((one) => ask(one))).toEqual([false, false, true]);
    expect(lines).toHaveLength(2);
  });

  it('does not judge by answers that are not in a row', () => {
    const { ask, lines } = watched();
    expect([0, 120, 120, 0, 120, 120, 0].map((one) => ask(one))).toEqual(Array.from({ length: 7 }, () => true));
    expect(lines).toEqual([]);
  });

  it.each([
    ['at once', 0],
    ['in the middle', 20_000],
    ['at the end', 40_000],
  ])('MUST not take a slow answer for a wrong clock, when the database read its clock %s', (_case, answeredMs) => {
    const { ask, watch } = watched();
    for (let count = 0; count < 5; count += 1) expect(ask(0, 40_000, answeredMs)).toBe(true);
    expect(watch.skewSeconds).toBe(0);
  });

  it('knows nothing before the first answer, and does not stand in the way', () => {
    const { watch } = watched();
    expect([watch.skewSeconds, watch.agrees]).toEqual([null, true]);
  });
});
