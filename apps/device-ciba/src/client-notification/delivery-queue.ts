import type { Check } from '@tessera/lifecycle';
import type { Logger } from '@tessera/observability';
import { Redis } from 'ioredis';

/** The queue of reminders that a delivery is due. Its jobs carry ids only; the fact is a row of its owner (decision 6). */
export const DELIVERY_QUEUE = 'deliveries';

/** Milliseconds a command may wait for Redis where a request waits for the command. */
const COMMAND_MS_MAX = 1_000;
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

/** Redis as a readiness check: required for the worker, which does nothing without it, and for nobody else. */
export function redisCheck(redis: Redis, required: boolean): Check {
  return { name: 'redis', required, holds: () => redis.status === 'ready' };
}
