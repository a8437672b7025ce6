import { redisUrl } from '@tessera/configuration';
import { DELIVERY_OWNERS } from '@tessera/contracts';
import type { ProcessContext, StartedProcess } from '@tessera/lifecycle';
import { hearEvent } from '@tessera/messaging/calling';
import { OUTBOUND_SETTINGS, OutboundHttp, outboundPolicy } from '@tessera/outbound-http';
import { Outage, systemClock } from '@tessera/vocabulary';
import { connectRedis, redisCheck, Reminders } from './delivery-queue.js';
import { DeliverySending } from './delivery-sending.js';
import { type DeliverySweep, deliverySweeps } from './delivery-sweep.js';
import { type Deliver, deliveryWorker } from './delivery-worker.js';
import { measureQueue } from './queue-metrics.js';
import { MAIL_SETTINGS, mailTransport } from './smtp-settings.js';

/** What the worker reads beyond the common settings. It has no database (decision 26). */
export const WORKER_SETTINGS = {
  REDIS_URL: redisUrl,
  ...OUTBOUND_SETTINGS,
  ...MAIL_SETTINGS,
} as const;

type Context = ProcessContext<typeof WORKER_SETTINGS>;

/** Opens Redis, then takes jobs, then asks what is due. */
export async function startWorker(context: Context): Promise<StartedProcess> {
  const { configuration, logger, metrics, services, bus, waitFor } = context;
  const http = new OutboundHttp({ policy: outboundPolicy(configuration), extraCa: configuration.OUTBOUND_CA ?? null, logger });
  const mail = mailTransport(configuration);
  const redis = connectRedis(configuration.REDIS_URL, 'blocking', logger);
  await waitFor('redis', async () => {
    if (redis.status !== 'ready') throw new Outage('redis', `the connection is ${redis.status}`);
  });
  const reminders = new Reminders(connectRedis(configuration.REDIS_URL, 'commanding', logger));
  measureQueue(reminders, metrics, logger);
  const sweeps = deliverySweeps({ services, reminders, clock: systemClock, logger, metrics });
  const askAll = () => {
    for (const sweep of sweeps) sweep.now();
  };
  const sending = new DeliverySending({ services, http, mail, reminders, clock: systemClock, logger, metrics, roomAgain: askAll });
  const worker = deliveryWorker(redis, kindsOf(sending), logger);
  for (const sweep of sweeps) hear(sweep, context);
  await bus.flush();
  for (const sweep of sweeps) sweep.start();
  return {
    checks: [redisCheck(redis, true), { name: 'delivery-queue', required: true, holds: () => worker.running }],
    stop: async () => {
      for (const sweep of sweeps) sweep.stop();
      sending.stop();
      await worker.stop();
      reminders.close();
    },
  };
}

function hear(sweep: DeliverySweep, { bus, logger }: Context): void {
  hearEvent(bus, sweep.contracts.written, () => sweep.now(), logger);
}

function kindsOf(sending: DeliverySending): ReadonlyMap<string, Deliver> {
  return new Map(Object.keys(DELIVERY_OWNERS).map((kind) => [kind, (due) => sending.deliver(due)]));
}
