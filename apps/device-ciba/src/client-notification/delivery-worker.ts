import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@tessera/observability';
import type { DueDelivery } from '@tessera/protocol/delivery';
import { DRAIN_MS_MAX } from '@tessera/vocabulary';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { DELIVERY_QUEUE, readReminder } from './delivery-queue.js';

/**
 * Deliveries one process works on at the same time; they wait for other people's servers, not for the processor. A receiver has 8 of
 * these places at most, so it takes 32 that hang at once until anybody else waits.
 */
const CONCURRENCY = 256;
/**
 * Milliseconds after which the jobs of a process that died are somebody else's, and between two looks for them. Until then the id of
 * such a job is taken and nobody is reminded of its row: so they are short, that a delivery waits less than 60 s (F06).
 */
const LOCK_MS = 10_000;
const STALLED_MS = 5_000;
/** Milliseconds a stop leaves Redis to note the end of the last job. */
const SETTLE_MS = 2_000;
/** A timer that keeps no process alive. */
const UNREFERENCED = { ref: false } as const;

/** Sends one kind of delivery. It claims the row, sends, settles; a job that comes twice finds nothing to claim. */
export type Deliver = (due: DueDelivery) => Promise<void>;

/** The running worker, as its process needs it. */
export interface DeliveryWorker {
  /** False when nobody takes jobs any more. */
  readonly running: boolean;
  /** Waits for the deliveries it has, at most 25 s: what is cut off is still due, and its owner's sweep names it. */
  stop(): Promise<void>;
}

/**
 * Works off the reminders: the job id `<kind>.<row>.<attempt>` names a row that is due (RED-3). A reminder of a kind this
 * release does not know is dropped: the row stays due, and its owner's sweep names it again to a release that knows it.
 */
export function deliveryWorker(connection: Redis, kinds: ReadonlyMap<string, Deliver>, logger: Logger): DeliveryWorker {
  const deliveries = new Deliveries(kinds, logger);
  const worker = new Worker(DELIVERY_QUEUE, (job) => deliveries.work(job), {
    connection,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
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
  return {
    get running() {
      return worker.isRunning();
    },
    stop: () => stop(worker, deliveries, connection, logger),
  };
}

/**
 * With Redis away BullMQ would wait for its return to note the ends of jobs, so then only the deliveries themselves are waited
 * for. If it goes away meanwhile, the bounds hold.
 */
async function stop(worker: Worker, deliveries: Deliveries, connection: Redis, logger: Logger): Promise<void> {
  const over = setTimeout(DRAIN_MS_MAX, 'over' as const, UNREFERENCED);
  const away = connection.status !== 'ready';
  if (away) await Promise.race([deliveries.ended(), over]);
  const unsettled = deliveries.ended().then(() => 'unsettled' as const);
  const outcome = await Promise.race([worker.close(away), unsettled, over]);
  if (away || outcome !== undefined) logger.warn('stopped before the queue took note of every end', { queue: DELIVERY_QUEUE, count: deliveries.running });
  connection.disconnect();
}

/** The deliveries of this process that are on their way. */
class Deliveries {
  running = 0;
  private idle: Promise<void> = Promise.resolve();
  private becomeIdle = () => {};

  constructor(
    private readonly kinds: ReadonlyMap<string, Deliver>,
    private readonly logger: Logger,
  ) {}

  async work(job: Job): Promise<void> {
    const due = readReminder(job);
    const deliver = due === null ? undefined : this.kinds.get(due.kind);
    if (due === null || deliver === undefined) {
      this.logger.warn('a reminder of an unknown kind was dropped', { queue: DELIVERY_QUEUE });
      return;
    }
    if (this.running === 0) this.idle = new Promise((resolve) => (this.becomeIdle = resolve));
    this.running += 1;
    try {
      await deliver(due);
    } finally {
      this.running -= 1;
      if (this.running === 0) this.becomeIdle();
    }
  }

  /** None has been on its way for as long as Redis needs to note their ends; without Redis BullMQ waits for that for ever. */
  async ended(): Promise<void> {
    do {
      await this.idle;
      await setTimeout(SETTLE_MS, undefined, UNREFERENCED);
    } while (this.running > 0);
  }
}
