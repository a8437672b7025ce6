import { Outage } from '@tessera/vocabulary';
import type { Logger } from '@tessera/observability';

const FIRST_PAUSE_MS = 200;
const PAUSE_MS_MAX = 2_000;

/**
 * Repeats an attempt while what it needs is away (an {@link Outage}); anything else is a fault of ours or of the
 * configuration and ends the start. A process thus comes up in any order with its dependencies, without restart storms.
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
  const pause = options.pause ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  for (let wait = FIRST_PAUSE_MS, count = 1; ; wait = Math.min(wait * 2, PAUSE_MS_MAX), count += 1) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      if (count === 1 || count % 15 === 0) options.logger.warn('waiting for a dependency', { dependency: error.dependency, attempt: count, error });
      await pause(wait);
    }
  }
}
