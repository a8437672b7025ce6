import type { Logger } from '@tessera/observability';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { DELIVERY_QUEUE } from './delivery-queue.js';

/** Deliveries one process works on at the same time; they wait for other people's servers, not for the processor. */
const CONCURRENCY = 16;

/** Sends one kind of delivery. It claims the row, sends, settles; a job that comes twice finds nothing to claim. */
export type Deliver = (rowId: string) => Promise<void>;

/**
 * Works off the reminders: `<kind>.<row>.<attempt>` names a row that is due (RED-3). A reminder of a kind this release does
 * not know is left to the release that does: the row stays due, and its owner's sweep names it again.
 */
export function deliveryWorker(connection: Redis, kinds: ReadonlyMap<string, Deliver>, logger: Logger): Worker {
  const worker = new Worker(DELIVERY_QUEUE, (job) => work(job, kinds, logger), {
    connection,
    concurrency: CONCURRENCY,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on('error', (error) => logger.warn('the delivery queue does not answer', { queue: DELIVERY_QUEUE, error }));
  return worker;
}

async function work(job: Job, kinds: ReadonlyMap<string, Deliver>, logger: Logger): Promise<void> {
  const [kind, rowId] = job.name.split('.');
  const deliver = kind === undefined ? undefined : kinds.get(kind);
  if (deliver === undefined || rowId === undefined) {
    logger.warn('a reminder of an unknown kind was dropped', { queue: DELIVERY_QUEUE });
    return;
  }
  await deliver(rowId);
}
