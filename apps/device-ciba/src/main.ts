import { positiveCount, postgresUrl, redisUrl } from '@tessera/configuration';
import { createPool, REQUIRED_MIGRATION, schemaApplied } from '@tessera/database';
import { runProcess, serveBus } from '@tessera/lifecycle';
import { Outage } from '@tessera/vocabulary';
import { connectRedis, redisCheck } from './client-notification/delivery-queue.js';
import { DeviceCibaModule } from './device-ciba.module.js';

const POOL_MAX = 3;

await runProcess({
  service: 'device-ciba',
  settings: { DATABASE_URL: postgresUrl, DATABASE_POOL_MAX: positiveCount.default(POOL_MAX), REDIS_URL: redisUrl },
  start: async ({ configuration, logger, metrics, bus, waitFor }) => {
    const pool = createPool({ url: configuration.DATABASE_URL, max: configuration.DATABASE_POOL_MAX, applicationName: 'tessera-device-ciba' });
    await waitFor('schema', async () => {
      if (!(await schemaApplied(pool))) throw new Outage('schema', `waiting for migration ${REQUIRED_MIGRATION}`);
    });
    const redis = connectRedis(configuration.REDIS_URL, 'commanding', logger);
    const app = await serveBus(DeviceCibaModule, { bus, logger, metrics });
    return {
      checks: [
        { name: 'postgresql', required: true, holds: async () => (await pool.query('SELECT 1')).rowCount === 1 },
        redisCheck(redis, false),
      ],
      stop: async () => {
        await app.close();
        redis.disconnect();
        await pool.end();
      },
    };
  },
});
