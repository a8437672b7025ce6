import { redisUrl } from '@tessera/configuration';
import { runProcess } from '@tessera/lifecycle';
import { Outage } from '@tessera/vocabulary';
import { connectRedis, redisCheck } from './client-notification/delivery-queue.js';
import { deliveryWorker } from './client-notification/delivery-worker.js';

/** The worker sends what owners owe: the only BullMQ consumer, and the only process with egress to clients' callbacks. */
await runProcess({
  service: 'worker',
  settings: { REDIS_URL: redisUrl },
  start: async ({ configuration, logger, waitFor }) => {
    const redis = connectRedis(configuration.REDIS_URL, 'blocking', logger);
    await waitFor('redis', async () => {
      if (redis.status !== 'ready') throw new Outage('redis', `the connection is ${redis.status}`);
    });
    const worker = deliveryWorker(redis, new Map(), logger);
    return {
      checks: [redisCheck(redis, true), { name: 'delivery-queue', required: true, holds: () => worker.running }],
      stop: () => worker.stop(),
    };
  },
});
