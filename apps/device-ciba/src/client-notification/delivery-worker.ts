import type { Logger } from '@tessera/observability';
import { DRAIN_MS_MAX } from '@tessera/vocabulary';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { DELIVERY_QUEUE } from './delivery-queue.js';

/** Deliveries one process works on at the same time; they wait for other people's servers, not for the processor. */
const CONCURRENCY = 16;

/** Sends one kind of delivery. It claims the row, sends, settles; a job that comes twice finds nothing to claim. */
export type Deliver = (rowId: string) => Promise<void>;

/** The running worker, as its process needs it. */
export interface DeliveryWorker {
  /** False when nobody takes jobs any more. */
  readonly running: boolean;
  /** Takes no more jobs and waits for those it has, at most 25 s: what is cut off is still due, and its owner's sweep names it. */
  stop(): Promise<void>;
}

/**
 * Works off the reminders: the job id `<kind>.<row>.<attempt>` names a row that is due (RED-3). A reminder of a kind this
 * release does not know is dropped: the row stays due, and its owner's sweep names it again to a release that knows it.
 */
export function deliveryWorker(connection: Redis, kinds: ReadonlyMap<string, Deliver>, logger: Logger): DeliveryWorker {
  const worker = new Worker(DELIVERY_QUEUE, (job) => work(job, kinds, logger), {
    connection,
    concurrency: CONCURRENCY,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on('failed', (_job, error) => logger.warn('a delivery failed; it stays due', { queue: DELIVERY_QUEUE, error }));
  // BullMQ repeats an error at each attempt; an outage of Redis the connection itself reports.
  let told = false;
  worker.on('error', (error) => {
    if (connection.status === 'ready' && !told) logger.warn('the delivery queue does not answer', { queue: DELIVERY_QUEUE, error });
    told ||= connection.status === 'ready';
  });
  worker.on('active', () => (told = false));
  return { get running() { return worker.isRunning(); }, stop: () => stop(worker, connection, logger) };
}

/** Without Redis the end of a job cannot be noted, and BullMQ would wait for it to return. */
async function stop(worker: Worker, connection: Redis, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => (timer = setTimeout(resolve, DRAIN_MS_MAX, 'over')));
  const outcome = await Promise.race([worker.close(), over]);
  clearTimeout(timer);
  if (outcome === 'over') logger.error('stopped with deliveries unfinished', { queue: DELIVERY_QUEUE });
  connection.disconnect();
}

async function work(job: Job, kinds: ReadonlyMap<string, Deliver>, logger: Logger): Promise<void> {
  const [kind, rowId] = (job.id ?? '').split('.');
  const deliver = kind === undefined ? undefined : kinds.get(kind);
  if (deliver === undefined || rowId === undefined) {
    logger.warn('a reminder of an unknown kind was dropped', { queue: DELIVERY_QUEUE });
    return;
  }
  await deliver(rowId);
}
