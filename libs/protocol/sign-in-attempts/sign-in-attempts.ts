/** How many attempts are looked at, and how long none is afterwards. */
export interface AttemptLimits {
  /** Attempts that are evaluated within one window unless one of them succeeds. */
  readonly threshold: number;
  /** Seconds without an attempt that is evaluated, after which all is forgotten. */
  readonly windowSeconds: number;
  /** Seconds until the next attempt after the threshold; each further failure doubles it. */
  readonly blockSecondsFirst: number;
  /** Seconds it grows to. */
  readonly blockSecondsMax: number;
}

/** Ours (CCR-4, ASVS 6.3.1): by account, known or not. A minute at first: people mistype, and wait, and remember. */
export const ACCOUNT_ATTEMPT_LIMITS: AttemptLimits = {
  threshold: 10,
  windowSeconds: 900,
  blockSecondsFirst: 60,
  blockSecondsMax: 900,
};

/** Ours (CCR-4): by source address, where many people may stand behind one. */
export const SOURCE_ATTEMPT_LIMITS: AttemptLimits = { ...ACCOUNT_ATTEMPT_LIMITS, threshold: 100 };

/**
 * Seconds after the n-th counted attempt in which no other is evaluated; 0 below the threshold. The attempt that reaches the
 * threshold is evaluated itself: if it is right, the counter goes and the block with it.
 */
export function blockSeconds(attempts: number, limits: AttemptLimits): number {
  if (attempts < limits.threshold) return 0;
  return Math.min(limits.blockSecondsMax, limits.blockSecondsFirst * 2 ** (attempts - limits.threshold));
}

/**
 * The blocks from the threshold on, the last one for ever: what the one statement that counts picks from, so that the growth is
 * written down here only.
 */
export function blockSteps(limits: AttemptLimits): readonly number[] {
  const steps: number[] = [];
  let step = 0;
  while (step < limits.blockSecondsMax) {
    step = blockSeconds(limits.threshold + steps.length, limits);
    steps.push(step);
  }
  return steps;
}

/** What is remembered of one key; instants are milliseconds of one clock. */
export interface AttemptState {
  readonly attempts: number;
  readonly windowEnds: number;
  readonly blockedUntil: number | null;
}

/**
 * The arrow of the counter: null when the attempt is not to be evaluated. `begin-password-attempt.sql` makes the same step
 * atomically; a law compares the two.
 */
export function nextAttemptState(state: AttemptState | null, limits: AttemptLimits, nowMs: number): AttemptState | null {
  if (state !== null && state.blockedUntil !== null && state.blockedUntil > nowMs) return null;
  const attempts = state === null || state.windowEnds <= nowMs ? 1 : state.attempts + 1;
  const block = blockSeconds(attempts, limits) * 1_000;
  const windowEnds = attempts === 1 || state === null ? nowMs + limits.windowSeconds * 1_000 : state.windowEnds;
  return {
    attempts,
    // After a block the failures before it still count for a whole window; else the growth would never be seen.
    windowEnds: block > 0 ? nowMs + block + limits.windowSeconds * 1_000 : windowEnds,
    blockedUntil: block > 0 ? nowMs + block : null,
  };
}
