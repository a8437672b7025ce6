/** Whole seconds since 1970-01-01T00:00:00Z, the unit of every JWT time claim (RFC 7519 §2 NumericDate). */
export type EpochSeconds = number;

/**
 * Time as an argument. It serves JWT claims and process timers only: whether a stored artifact has expired is decided by
 * the database's own clock inside the statement.
 */
export interface Clock {
  /** Wall clock, whole seconds. */
  epochSeconds(): EpochSeconds;
  /** Milliseconds of a clock that never goes back; meaningful only as a difference. */
  monotonicMs(): number;
}

/** The clock of the process. Tests pass their own. */
export const systemClock: Clock = {
  epochSeconds: () => Math.floor(Date.now() / 1000),
  monotonicMs: () => performance.now(),
};
