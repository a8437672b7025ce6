import { Outage } from '@tessera/vocabulary';
import type { Logger } from '@tessera/observability';

const FIRST_PAUSE_MS = 200;
const PAUSE_MS_MAX = 2_000;
/** Attempts that share one log line: half a minute of them. */
const ATTEMPTS_PER_LINE = 15;

/**
 * Repeats an attempt while what it needs is away (an {@link Outage}); anything else is a fault of ours or of the
 * configuration and ends the start. A process thus comes up in any order with its dependencies, without restart storms.
 * Rejects with the reason of the signal as soon as that is aborted, whatever the attempt is doing: a stop does not wait for a
 * dependency.
 */
export async function untilAvailable<Result>(
  attempt: () => Promise<Result>,
  options: {
    readonly logger: Logger;
    readonly signal: AbortSignal;
    /** Waits that many milliseconds; tests pass their own. */
    readonly pause?: (ms: number) => Promise<void>;
  },
): Promise<Result> {
  const { logger, signal } = options;
  const pause = options.pause ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  for (let wait = FIRST_PAUSE_MS, count = 1; ; wait = Math.min(wait * 2, PAUSE_MS_MAX), count += 1) {
    try {
      return await unlessAborted(attempt, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Outage)) throw error;
      if (count % ATTEMPTS_PER_LINE === 1) logger.warn('waiting for a dependency', { dependency: error.dependency, attempt: count, error });
      await unlessAborted(() => pause(wait), signal);
    }
  }
}

async function unlessAborted<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: ended.signal });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    ended.abort();
  }
}
