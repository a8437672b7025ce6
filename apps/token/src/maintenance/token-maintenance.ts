import { setTimeout as delay } from 'node:timers/promises';
import type { QueryRunner } from '@tessera/database';
import type { Logger } from '@tessera/observability';

/** Milliseconds between two runs; a bucket of the replay ledger is past for 10 minutes before it comes round again. */
const PAUSE_MS = 60_000;
/** Rows of one statement: short locks, short transactions. */
const ROWS_MAX = 1_000;
/** Statements of one run and table; what is left is for the next run (F30: no storm after a day without). */
const STATEMENTS_MAX = 20;

/** What is removed row by row once it can no longer matter. */
const REMOVALS = [
  'remove-expired-opaque-access-tokens',
  'remove-expired-revoked-jtis',
  'remove-expired-refresh-generations',
  'remove-expired-refresh-families',
] as const;

/** Waits; resolves early and at once when the signal says so. Tests pass their own. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Gives back the space of what is past: buckets of the replay ledger, tokens and revocations an hour after their end, families of
 * refresh tokens a day later. No check depends on it (GEN-9); every replica does it, and none waits for another.
 */
export class TokenMaintenance {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly queries: QueryRunner,
    private readonly ledger: { emptyPastBuckets(): Promise<number> },
    private readonly logger: Logger,
    private readonly pause: Pause = systemPause,
  ) {}

  /** Runs from now on until {@link stop}; the first time after a pause, so that a start has the database for itself. */
  start(): void {
    this.running = this.repeat();
  }

  /** Ends after the statement under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One run. How many buckets were emptied and rows removed. @throws {Outage} when the database is away. */
  async run(): Promise<{ readonly buckets: number; readonly rows: number }> {
    const buckets = await this.ledger.emptyPastBuckets();
    let rows = 0;
    for (const statement of REMOVALS) rows += await this.remove(statement);
    return { buckets, rows };
  }

  private async repeat(): Promise<void> {
    for (;;) {
      await this.pause(PAUSE_MS, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        const { buckets, rows } = await this.run();
        if (buckets + rows > 0) this.logger.debug('removed what is past', { count: rows, detail: { buckets } });
      } catch (error) {
        this.logger.warn('what is past was not removed; the next run will', { error });
      }
    }
  }

  private async remove(statement: (typeof REMOVALS)[number]): Promise<number> {
    let removed = 0;
    for (let count = 0; count < STATEMENTS_MAX && !this.stopping.signal.aborted; count += 1) {
      const rows = await this.queries.run(statement, [ROWS_MAX]);
      removed += rows.length;
      if (rows.length < ROWS_MAX) break;
    }
    return removed;
  }
}

function systemPause(ms: number, signal: AbortSignal): Promise<void> {
  // It rejects for one reason only: that it was aborted, which ends the pause like any other end.
  return delay(ms, undefined, { signal, ref: false }).catch(() => {});
}
