import type { Check } from '@tessera/lifecycle';
import type { Logger } from '@tessera/observability';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { connectRedis, DELIVERY_QUEUE, redisCheck } from './delivery-queue.js';
import { type Deliver, type DeliveryWorker, deliveryWorker } from './delivery-worker.js';
import { RedisServer, until } from './testing.js';

/** A look at a check as the operations port has it: what takes longer than a second does not hold. */
async function answered(check: Check): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, 1_000, false)));
  try {
    return await Promise.race([check.holds(), late]);
  } finally {
    clearTimeout(timer);
  }
}

class Lines implements Logger {
  readonly told: string[] = [];
  debug(message: string): void {
    this.told.push(message);
  }
  info = this.debug;
  warn = this.debug;
  error = this.debug;

  count(message: string): number {
    return this.told.filter((one) => one === message).length;
  }
}

let server: RedisServer;
let lines: Lines;
let connection: Redis;
let worker: DeliveryWorker;
/** The connection of whoever adds reminders. */
let producer: Redis;
let queue: Queue;
let delivered: string[];
const kinds = new Map<string, Deliver>();

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.remove());

beforeEach(async () => {
  lines = new Lines();
  delivered = [];
  kinds.clear();
  kinds.set('ping', async ({ row }) => void delivered.push(row));
  connection = connectRedis(server.url, 'blocking', lines);
  worker = deliveryWorker(connection, kinds, lines);
  producer = connectRedis(server.url, 'blocking', lines);
  queue = new Queue(DELIVERY_QUEUE, { connection: producer });
  queue.on('error', () => {});
  await queue.waitUntilReady();
});
afterEach(async () => {
  await worker.stop();
  await queue.close();
  producer.disconnect();
});

/** Adds a reminder as its owner does: ids only (RED-3). */
async function remind(jobId: string): Promise<void> {
  await queue.add('due', {}, { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true });
}
const jobsLeft = async () => Object.values(await queue.getJobCounts()).reduce((sum, count) => sum + count, 0);

describe('RED-3 the worker works off reminders', () => {
  it('MUST hand the id of the row to whoever delivers its kind, and leave no job behind', async () => {
    await remind('ping.6f9d.1');
    await until(() => delivered.length === 1);
    expect(delivered).toEqual(['6f9d']);
    await until(async () => (await jobsLeft()) === 0);
  }, 30_000);

  it('takes a reminder of the same row and a later attempt again', async () => {
    await remind('ping.row.1');
    await until(() => delivered.length === 1);
    await remind('ping.row.2');
    await until(() => delivered.length === 2);
    expect(delivered).toEqual(['row', 'row']);
  }, 30_000);

  it.each(['push.row.1', 'ping', 'constructor.row.1'])('drops %s, which it does not know, and says so', async (jobId) => {
    await remind(jobId);
    await remind('ping.after.1');
    await until(() => delivered.length === 1);
    await until(async () => (await jobsLeft()) === 0);
    expect(delivered).toEqual(['after']);
    expect(lines.told).toEqual(['a reminder of an unknown kind was dropped']);
  }, 30_000);

  it('F31 a delivery that fails is told, removed, and stops no other', async () => {
    kinds.set('push', () => Promise.reject(new Error('owner is away')));
    await remind('push.row.1');
    await remind('ping.row.1');
    await until(() => delivered.length === 1);
    await until(async () => (await jobsLeft()) === 0);
    expect(lines.told).toEqual(['a delivery failed; it stays due']);
  }, 30_000);
});

describe('REL-5 the worker stops', () => {
  it('MUST finish the running delivery first, and take no other', async () => {
    let finish = () => {};
    let began = false;
    kinds.set('slow', async ({ row }) => {
      began = true;
      await new Promise<void>((resolve) => (finish = resolve));
      delivered.push(row);
    });
    await remind('slow.row.1');
    await until(() => began);
    let stopped = false;
    const stopping = worker.stop().then(() => (stopped = true));
    // A round trip to Redis: time enough for a stop that does not wait.
    expect(await jobsLeft()).toBe(1);
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect([delivered, worker.running]).toEqual([['row'], false]);
    await remind('ping.later.1');
    expect([delivered, await jobsLeft()]).toEqual([['row'], 1]);
    await queue.drain();
  }, 30_000);
});

describe('F09 Redis is killed and comes back', () => {
  it('the worker goes on, nothing is lost, and each outage is told once', async () => {
    const check = redisCheck(connection, true);
    await remind('ping.before.1');
    await until(() => delivered.length === 1);
    for (const outage of [1, 2]) {
      await server.kill();
      expect(await until(async () => !(await answered(check)))).toBeLessThan(10_000);
      await until(() => lines.count('redis is away') >= outage * 2);
      await server.restart();
      expect(await until(() => answered(check))).toBeLessThan(15_000);
      await remind(`ping.after.${outage}`);
      await until(() => delivered.length === 1 + outage);
    }
    // One line from the worker's connection and one from that of the queue, for each outage.
    expect([lines.count('redis is away'), lines.count('redis is back')]).toEqual([4, 4]);
    // A third connection, on which jobs are waited for, may come back after the worker's: that is told once as well, if at all.
    expect(lines.count('the delivery queue does not answer')).toBeLessThanOrEqual(2);
    expect(worker.running).toBe(true);
  }, 60_000);

  it('F17 a connection that looks open but is not answered does not hold, and holds again after', async () => {
    const check = redisCheck(connection, true);
    expect(await check.holds()).toBe(true);
    server.signal('SIGSTOP');
    const asked = check.holds();
    expect(check.holds()).toBe(asked);
    expect([await answered(check), connection.status]).toEqual([false, 'ready']);
    server.signal('SIGCONT');
    expect(await asked).toBe(true);
    expect(await answered(check)).toBe(true);
  }, 30_000);

  it('a stop while Redis is away does not wait for its return', async () => {
    await server.kill();
    await until(() => connection.status !== 'ready');
    const began = performance.now();
    await worker.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    await server.restart();
    await until(() => producer.status === 'ready');
  }, 60_000);
});

describe('RED-5 a connection where a request waits', () => {
  it('fails at once while Redis is away, instead of queueing', async () => {
    await server.kill();
    const commanding = connectRedis(server.url, 'commanding', lines);
    try {
      await expect(commanding.get('x')).rejects.toThrow();
      expect(await redisCheck(commanding, false).holds()).toBe(false);
      await server.restart();
      await until(() => commanding.status === 'ready');
      expect(await redisCheck(commanding, false).holds()).toBe(true);
    } finally {
      commanding.disconnect();
    }
    await until(() => producer.status === 'ready');
  }, 30_000);
});
