import type { Logger } from '@tessera/observability';
import type { Clock } from '@tessera/vocabulary';
import { Redis } from 'ioredis';
import type { SharedCounts } from './failed-authentications.js';

const WINDOW_SECONDS = 60;
/** Milliseconds an answer may take; later it is of no use. */
const COMMAND_TIMEOUT_MS = 250;
/** Milliseconds without a question after a failed one: the circuit breaker (REL-3). */
const PAUSE_MS = 1_000;
/** Questions without an answer at the same time (I12). */
const OUTSTANDING_MAX = 256;
const RECONNECT_MS_MAX = 2_000;

/**
 * Failure counts in Redis: one key per minute, prefix `rl:`. No request waits for it, so an outage costs no time; while it
 * lasts nothing is asked, and the counts of the process stand alone.
 */
export class RedisFailureCounts implements SharedCounts {
  private readonly redis: Redis;
  private outstanding = 0;
  private pausedUntilMs = 0;
  private away = false;

  constructor(
    url: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: 1_000,
      retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MS_MAX),
    });
    this.redis.on('error', (error) => this.lost(error));
    this.redis.on('close', () => this.lost(undefined));
    this.redis.on('ready', () => this.found());
  }

  /** For readiness, where Redis only degrades. */
  get available(): boolean {
    return this.redis.status === 'ready' && this.clock.monotonicMs() >= this.pausedUntilMs;
  }

  add(key: string, more: number, counted: (count: number) => void): void {
    if (!this.available || this.outstanding >= OUTSTANDING_MAX) return;
    const minute = Math.floor(this.clock.epochSeconds() / WINDOW_SECONDS);
    const name = `rl:${key}:${minute}`;
    this.outstanding += 1;
    this.redis
      .multi()
      .incrby(name, more)
      .expire(name, WINDOW_SECONDS * 2)
      .exec()
      .then((replies) => {
        const count = replies?.[0]?.[1];
        if (typeof count === 'number') counted(count);
      })
      .catch((error: unknown) => this.pause(error))
      .finally(() => {
        this.outstanding -= 1;
      });
  }

  close(): void {
    this.away = true;
    this.redis.disconnect();
  }

  private pause(error: unknown): void {
    this.pausedUntilMs = this.clock.monotonicMs() + PAUSE_MS;
    this.lost(error);
  }

  /** One line per outage, not one per attempt to end it. */
  private lost(error: unknown): void {
    if (!this.away) this.logger.warn('failure counts are not shared while the store is away', { dependency: 'redis', error });
    this.away = true;
  }

  private found(): void {
    if (this.away) this.logger.info('failure counts are shared again', { dependency: 'redis' });
    this.away = false;
  }
}
