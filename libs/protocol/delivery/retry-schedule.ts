/** How long to wait between attempts. */
export interface RetrySchedule {
  /** Seconds after the first attempt; each further one doubles them. */
  readonly firstSeconds: number;
  /** Seconds at most. */
  readonly maxSeconds: number;
}

/** Seconds a receiver may ask us to stay away; a longer wish is not its to make. */
const RETRY_AFTER_SECONDS_MAX = 3_600;

/**
 * Seconds until the next attempt. Half of the interval is fixed, the other half is spread, so that what failed together does not
 * come back together.
 *
 * @param attempt the one that failed, counted from 1. @param jitter in [0, 1), given by the caller.
 * @param retryAfterSeconds what the receiver asked for (RFC 9110 §10.2.3), else 0; it only ever makes the wait longer.
 */
export function retryDelaySeconds(schedule: RetrySchedule, attempt: number, jitter: number, retryAfterSeconds = 0): number {
  const interval = Math.min(schedule.firstSeconds * 2 ** (attempt - 1), schedule.maxSeconds);
  return Math.max(interval / 2 + (interval / 2) * jitter, Math.min(retryAfterSeconds, RETRY_AFTER_SECONDS_MAX));
}

/** The seconds of a Retry-After field. A date is not read: no clock is worth asking for it, and the schedule holds without. */
export function retryAfterSeconds(field: string | undefined): number {
  return field !== undefined && /^\d{1,9}$/.test(field) ? Number(field) : 0;
}
