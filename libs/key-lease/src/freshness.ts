import type { Clock, EpochSeconds } from '@tessera/vocabulary';

/** A moment on both clocks of the process. */
export interface Moment {
  readonly monotonicMs: number;
  readonly epochSeconds: EpochSeconds;
}

/** This moment. */
export function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), epochSeconds: clock.epochSeconds() };
}

/**
 * Whether less than that many seconds have passed, by both clocks: the smaller remainder counts (decision 1). The monotonic
 * clock stands still while a machine sleeps, the wall clock may be set back; to fool both, both have to be wrong.
 */
export function isWithin(seconds: number, since: Moment, clock: Clock): boolean {
  return clock.monotonicMs() - since.monotonicMs < seconds * 1_000 && clock.epochSeconds() - since.epochSeconds < seconds;
}
