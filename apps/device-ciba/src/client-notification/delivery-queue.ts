import type { Check } from '@tessera/lifecycle';
import type { Logger } from '@tessera/observability';
import type { DueDelivery } from '@tessera/protocol/delivery';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { z } from 'zod';

/** The queue of reminders that a delivery is due. Its jobs carry ids only; the fact is a row of its owner (decision 6). */
export const DELIVERY_QUEUE = 'deliveries';

/** Milliseconds a command may wait for Redis where a request waits for the command. */
const COMMAND_MS_MAX = 1_000;
/** Milliseconds a new connection may take. */
const CONNECT_MS_MAX = 2_000;
/**
 * Milliseconds without an answer after which a connection counts as dead and is made anew: behind a network cut nothing else
 * ever ends it. Above the 10 s that BullMQ lets Redis block at most.
 */
const SILENCE_MS_MAX = 12_000;
const RECONNECT_MS_MAX = 2_000;

/**
 * A connection to Redis as BullMQ wants it. `blocking` connections wait for jobs for as long as it takes; the others fail
 * fast, because Redis away must cost promptness and never an answer (RED-5).
 */
export function connectRedis(url: string, kind: 'blocking' | 'commanding', logger: Logger): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: kind === 'blocking' ? null : 1,
    enableOfflineQueue: kind === 'blocking',
    ...(kind === 'commanding' ? { commandTimeout: COMMAND_MS_MAX } : {}),
    connectTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MS_MAX),
  });
  // Without a listener ioredis throws; once per outage is enough for the log.
  let away = false;
  redis.on('error', (error) => {
    if (!away) logger.warn('redis is away', { dependency: 'redis', error });
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info('redis is back', { dependency: 'redis' });
    away = false;
  });
  return redis;
}

/**
 * Redis as a readiness check: required for the worker, which does nothing without it, and for nobody else. It asks, because a
 * connection behind a network cut still looks open (F17); one question at a time, so that none pile up (I12).
 */
export function redisCheck(redis: Redis, required: boolean): Check {
  let asked: Promise<boolean> | null = null;
  const ask = async (): Promise<boolean> => {
    try {
      return (await redis.ping()) === 'PONG';
    } finally {
      asked = null;
    }
  };
  return { name: 'redis', required, holds: () => redis.status === 'ready' && (asked ??= ask()) };
}

/** What a job holds besides its id: ids only (RED-3). */
const JobData = z.object({ lane: z.string().catch('') });

/** Reads a reminder; null for one that is none of ours. */
export function readReminder({ id, data }: { readonly id?: string | undefined; readonly data: unknown }): DueDelivery | null {
  const [, kind, row, attempt] = /^([a-z-]+)\.([A-Za-z0-9-]+)\.([1-9]\d{0,8})$/.exec(id ?? '') ?? [];
  if (kind === undefined || row === undefined || attempt === undefined) return null;
  const parsed = JobData.safeParse(data);
  return { kind, row, attempt: Number(attempt), lane: parsed.success ? parsed.data.lane : '' };
}

/** Where a job may be that is not done: in line, in work, and not yet due. */
export const JOB_STATES = ['waiting', 'active', 'delayed'] as const;
/** Where a job may be that is not done. */
export type JobState = (typeof JOB_STATES)[number];

/** The adding side of the queue. A reminder that is there already is not added again: its id names the row and the attempt. */
export class Reminders {
  private readonly queue: Queue;

  /** @param connection a `commanding` one. */
  constructor(private readonly connection: Redis) {
    this.queue = new Queue(DELIVERY_QUEUE, { connection });
    // The connection reports its own outages; the queue repeats each of them.
    this.queue.on('error', () => {});
  }

  /** Rejects when Redis does not answer: the rows stay due. */
  async add(due: readonly DueDelivery[], delaySeconds = 0): Promise<void> {
    if (due.length === 0) return;
    await this.queue.addBulk(
      due.map(({ kind, row, attempt, lane }) => ({
        name: 'due',
        data: { lane },
        opts: { jobId: `${kind}.${row}.${attempt}`, attempts: 1, removeOnComplete: true, removeOnFail: true, delay: Math.ceil(delaySeconds * 1_000) },
      })),
    );
  }

  /** How many jobs there are. Rejects when Redis does not answer. */
  async depth(): Promise<Readonly<Partial<Record<string, number>>>> {
    return await this.queue.getJobCounts(...JOB_STATES);
  }

  /** Seconds the first in line has been due for; 0 without one. Rejects when Redis does not answer. */
  async oldestSeconds(nowMs: number): Promise<number> {
    const [oldest] = await this.queue.getJobs('waiting', 0, 0, true);
    return oldest === undefined ? 0 : Math.max(0, nowMs - oldest.timestamp - oldest.delay) / 1_000;
  }

  /** Lets go of the connection. */
  close(): void {
    this.connection.disconnect();
  }
}
