import { randomInt } from 'node:crypto';
import type { Clock } from '@tessera/vocabulary';

/** Runs something later. Tests pass their own, so that they wait for nothing. */
export interface Timer {
  /** Calls `run` once after that many milliseconds; the returned function cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The timer of the process. It does not keep the process alive. */
export const systemTimer: Timer = {
  after: (milliseconds, run) => {
    const timeout = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timeout);
  },
};

/** How a {@link Renewal} goes about it. */
export interface RenewalOptions {
  /** One attempt; rejects when it failed. */
  readonly attempt: () => Promise<void>;
  /** Milliseconds between the end of a success and the next attempt, give or take a tenth. */
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Milliseconds between two attempts that readers in need ask for, however many readers there are. */
  readonly needMs: number;
  /** Hears of the first failure in a row and then of each twentieth. */
  readonly onFailure: (error: unknown, failures: number) => void;
}

const FIRST_RETRY_MS = 250;
const RETRY_MS_MAX = 5_000;
const REPORT_EVERY = 20;

/**
 * Keeps something fresh: attempts at intervals, soon again after a failure, at once when told that it changed. Never two
 * attempts at a time: what is told meanwhile is done right after, because the attempt under way may have read too early.
 */
export class Renewal {
  private stopped = true;
  private stops = 0;
  private running = false;
  private again = false;
  private failures = 0;
  private attemptedAtMs = Number.NEGATIVE_INFINITY;
  private cancel: () => void = () => {};

  constructor(private readonly options: RenewalOptions) {}

  /** The first attempt; when it fails, or a stop comes meanwhile, nothing goes on by itself, and start may be called again. */
  async start(): Promise<void> {
    const { stops } = this;
    this.running = true;
    this.again = false;
    await this.attempt().finally(() => {
      this.running = false;
    });
    if (stops !== this.stops) return;
    this.stopped = false;
    if (this.again) void this.run();
    else this.schedule(this.options.pauseMs);
  }

  /** Starts and goes on whatever happens: a failed first attempt is repeated like any other. */
  begin(): void {
    this.stopped = false;
    this.now();
  }

  stop(): void {
    this.stops += 1;
    this.stopped = true;
    this.cancel();
  }

  /** Something changed. */
  now(): void {
    this.again = true;
    if (!this.stopped && !this.running) void this.run();
  }

  /** A reader found nothing fresh. */
  soon(): void {
    if (!this.running && this.options.clock.monotonicMs() - this.attemptedAtMs >= this.options.needMs) this.now();
  }

  private async run(): Promise<void> {
    this.cancel();
    this.running = true;
    do {
      this.again = false;
      await this.attempt().then(
        () => {
          this.failures = 0;
        },
        (error: unknown) => {
          this.failures += 1;
          if (this.failures % REPORT_EVERY === 1) this.options.onFailure(error, this.failures);
        },
      );
    } while (this.again && this.failures === 0 && !this.stopped);
    this.running = false;
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), RETRY_MS_MAX);
    if (!this.stopped) this.schedule(this.failures === 0 ? this.options.pauseMs : retryMs);
  }

  private attempt(): Promise<void> {
    this.attemptedAtMs = this.options.clock.monotonicMs();
    return this.options.attempt();
  }

  /** Spread by a tenth to either side, so that processes started together do not ask together for ever. */
  private schedule(milliseconds: number): void {
    this.cancel = this.options.timer.after((milliseconds * randomInt(900, 1_101)) / 1_000, () => void this.run());
  }
}
