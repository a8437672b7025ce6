import type { Logger } from '@tessera/observability';
import { type Clock, type EpochSeconds, WALL_CLOCK_SKEW_SECONDS_MAX } from '@tessera/vocabulary';

/** When a question was sent, by both clocks of this process. */
export interface Sent {
  readonly epochSeconds: EpochSeconds;
  readonly monotonicMs: number;
}

/** Answers in a row that have to say the same before the judgement changes: a clock that is just being set is not a wrong one. */
const IN_A_ROW = 3;

/**
 * Compares the wall clock of this process with the database's (F18). Every answer of the database carries its time, which was
 * taken between the question and the answer. The skew is therefore known up to the time the answer took, and only what that
 * cannot explain is counted: a slow database never looks like a wrong clock.
 */
export class WallClockWatch {
  private skew: number | null = null;
  private judged = true;
  private against = 0;

  constructor(
    private readonly clock: Pick<Clock, 'epochSeconds' | 'monotonicMs'>,
    private readonly logger: Pick<Logger, 'error' | 'info'>,
  ) {}

  /** To be passed to {@link answered}. */
  asking(): Sent {
    return { epochSeconds: this.clock.epochSeconds(), monotonicMs: this.clock.monotonicMs() };
  }

  /** The database said what time it is, in seconds with a fraction. */
  answered(sent: Sent, databaseSeconds: number): void {
    const tookSeconds = (this.clock.monotonicMs() - sent.monotonicMs) / 1_000;
    // The wall clock is read in whole seconds: it may have been up to one more.
    const [least, most] = [sent.epochSeconds - databaseSeconds, sent.epochSeconds + 1 + tookSeconds - databaseSeconds];
    const first = this.skew === null;
    this.skew = least > 0 ? least : most < 0 ? most : 0;
    const agrees = Math.abs(this.skew) <= WALL_CLOCK_SKEW_SECONDS_MAX;
    this.against = agrees === this.judged ? 0 : this.against + 1;
    // Nothing was judged before the first answer, which has nothing to wait for.
    if (this.against >= (first ? 1 : IN_A_ROW)) this.judge(agrees, this.skew);
  }

  /** Seconds this process is ahead of the database (negative: behind), as little as the last answer allows; null before it. */
  get skewSeconds(): number | null {
    return this.skew;
  }

  /** Whether the two are within {@link WALL_CLOCK_SKEW_SECONDS_MAX}. */
  get agrees(): boolean {
    return this.judged;
  }

  private judge(agrees: boolean, skew: number): void {
    this.judged = agrees;
    this.against = 0;
    const fields = { detail: { skewSeconds: Math.round(skew) } };
    if (agrees) this.logger.info('the clock of this process agrees with the one of the database again', fields);
    else this.logger.error('the clock of this process is wrong, or the one of the database: not ready until they agree', fields);
  }
}
