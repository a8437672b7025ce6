import { randomUUID } from 'node:crypto';
import { systemTimer } from '@tessera/key-lease';
import { Metrics, silentLogger } from '@tessera/observability';
import type { OutboundOutcome } from '@tessera/outbound-http';
import { systemClock } from '@tessera/vocabulary';
import { connectRedis, Reminders } from './delivery-queue.js';
import { DeliverySending } from './delivery-sending.js';
import { deliverySweeps } from './delivery-sweep.js';
import { deliveryWorker } from './delivery-worker.js';
import { NO_MAIL } from './mail-transport.js';
import { answered, FakeOwner, FakeReceivers, RedisServer, until } from './testing.js';

const LEASE_MS = 500;
/** Sweeps follow each other a hundred times as fast as they will. */
const HASTE = 100;

let server: RedisServer;
let owner: FakeOwner;
let receivers: FakeReceivers;
const running: (() => Promise<void>)[] = [];
/** Receivers that hang until the test is over. */
const hung: (() => void)[] = [];
const hang = () => new Promise<OutboundOutcome>((resolve) => hung.push(() => resolve(answered(200))));

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.remove());
beforeEach(async () => {
  owner = new FakeOwner(LEASE_MS);
  receivers = new FakeReceivers();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
  const redis = connectRedis(server.url, 'commanding', silentLogger);
  await until(() => redis.status === 'ready');
  await redis.flushall();
  redis.disconnect();
}, 40_000);

/** A worker process, as far as it concerns deliveries: over a real Redis, with its own connections. */
async function worker({ haste = HASTE, http = receivers }: { haste?: number; http?: Pick<FakeReceivers, 'send'> } = {}) {
  const metrics = new Metrics('worker');
  const redis = connectRedis(server.url, 'blocking', silentLogger);
  const reminders = new Reminders(connectRedis(server.url, 'commanding', silentLogger));
  await until(() => redis.status === 'ready');
  const timer = { after: (milliseconds: number, run: () => void) => systemTimer.after(milliseconds / haste, run) };
  const sweeps = deliverySweeps({ services: owner, reminders, clock: systemClock, logger: silentLogger, metrics, timer });
  const sweep = () => sweeps.forEach((one) => one.now());
  const sending = new DeliverySending({ services: owner, http, mail: NO_MAIL, reminders, clock: systemClock, logger: silentLogger, metrics, roomAgain: sweep });
  const jobs = deliveryWorker(redis, new Map([['backchannel-logout', (due) => sending.deliver(due)]]), silentLogger);
  sweeps.forEach((one) => one.start());
  let stopping: Promise<void> | null = null;
  const stop = () => (stopping ??= jobs.stop().then(() => reminders.close()));
  /** Takes nothing any more; what it has it keeps until the test is over. */
  const die = () => {
    sweeps.forEach((one) => one.stop());
    void stop();
  };
  running.push(() => {
    sweeps.forEach((one) => one.stop());
    sending.stop();
    for (const release of hung.splice(0)) release();
    return stop();
  });
  return { sweep, die, metrics, redis };
}

const write = (count: number, lane?: string): string[] =>
  Array.from({ length: count }, () => {
    const id = randomUUID();
    owner.write(id, lane);
    return id;
  });

describe('RED-4 what is due is found by asking', () => {
  it('is delivered and settled, without any event', async () => {
    const [id = ''] = write(1);
    await worker();
    await until(() => owner.open === 0);
    expect(receivers.times()).toEqual({ [id]: 1 });
    expect(owner.settlements).toMatchObject([{ row: id, attempt: 1, outcome: 'delivered', answer: '200' }]);
  }, 30_000);

  it('is delivered at once when the worker is told', async () => {
    const { sweep } = await worker({ haste: 1 });
    await until(() => owner.asked.length > 0);
    write(3);
    const began = performance.now();
    sweep();
    await until(() => owner.open === 0);
    expect(performance.now() - began).toBeLessThan(2_000);
  }, 30_000);

  it('SEC-5 shows how much waits, and for how long, by kind', async () => {
    receivers.does.set('client', hang);
    write(3);
    const { metrics } = await worker();
    await until(async () => (await metrics.exposition()).includes('tessera_deliveries_waiting{kind="backchannel-logout",process="worker"} 3'));
    expect(await metrics.exposition()).toContain('tessera_delivery_oldest_seconds{kind="backchannel-logout"');
  }, 30_000);
});

describe('F06 a worker dies', () => {
  it('with a claim: when the lease is over another makes the next attempt', async () => {
    const [id = ''] = write(1);
    const first = await worker({ http: { send: hang } });
    await until(() => owner.rows.get(id)?.attempts === 1);
    first.die();
    await worker();
    await until(() => owner.open === 0);
    expect([receivers.times(), owner.rows.get(id)?.attempts]).toEqual([{ [id]: 1 }, 2]);
  }, 30_000);

  it('before it could settle: the receiver sees the same message twice, and no more', async () => {
    const [id = ''] = write(1);
    owner.loses = ({ attempt }) => attempt === 1;
    await worker();
    await until(() => owner.open === 0);
    owner.loses = () => false;
    expect(receivers.times()).toEqual({ [id]: 2 });
    expect(owner.settlements[0]).toMatchObject({ attempt: 2, outcome: 'delivered' });
  }, 30_000);

  it('not, but its owner, and comes back within the lease: it is settled then, and the receiver sees it once', async () => {
    const [id = ''] = write(1);
    owner.leaseMs = 10_000;
    let lost = 0;
    owner.loses = () => (lost += 1) <= 2;
    await worker();
    await until(() => owner.open === 0);
    expect([receivers.times(), lost]).toEqual([{ [id]: 1 }, 3]);
  }, 30_000);

  it('is held up and comes back after its lease: what it says late is what happened, and harms nothing', async () => {
    const [id = ''] = write(1);
    let wake = () => {};
    receivers.does.set('client', (_id, n) => (n === 1 ? new Promise((resolve) => (wake = () => resolve(answered(503)))) : answered(200)));
    await worker();
    await until(() => receivers.came.length === 2);
    await until(() => owner.open === 0);
    wake();
    await until(() => owner.settlements.length === 2);
    expect(owner.settlements.map((one) => [one.attempt, one.outcome])).toEqual([[2, 'delivered'], [1, 'retry']]);
    expect(owner.rows.get(id)?.outcome).toBe('delivered');
  }, 30_000);
});

describe('F10 Redis is wiped', () => {
  it('a retry whose reminder is gone is found by the sweep', async () => {
    receivers.does.set('client', (_id, n) => answered(n === 1 ? 503 : 200));
    const [id = ''] = write(1);
    const { redis } = await worker();
    await until(() => owner.settlements.length === 1);
    await redis.flushall();
    await until(() => owner.open === 0);
    expect(receivers.times()).toEqual({ [id]: 2 });
  }, 30_000);

  it('F09 Redis killed and back: what became due meanwhile is delivered', async () => {
    await worker();
    await until(() => owner.asked.length > 0);
    await server.kill();
    const ids = write(5);
    await server.restart();
    await until(() => owner.open === 0);
    expect(receivers.times()).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
  }, 60_000);
});

describe('Ours: several workers', () => {
  it('each of two hundred deliveries is made once', async () => {
    const lanes = ['a', 'b', 'c', 'd', 'e'];
    const ids = lanes.flatMap((lane) => write(40, lane));
    await Promise.all([worker(), worker(), worker()]);
    await until(() => owner.open === 0);
    expect(receivers.times()).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
    expect(owner.settlements).toHaveLength(200);
  }, 60_000);
});

describe('F15 receivers that do not answer well', () => {
  it('a retry is reminded of when it is due, long before the next sweep', async () => {
    receivers.does.set('client', (_id, n) => answered(n === 1 ? 503 : 200));
    const [id = ''] = write(1);
    await worker({ haste: 1 });
    const took = await until(() => owner.open === 0);
    expect(receivers.times()).toEqual({ [id]: 2 });
    expect(took).toBeGreaterThan(900);
    expect(took).toBeLessThan(8_000);
  }, 30_000);

  it('one that hangs has a few places and no more; everybody else is served at once', async () => {
    receivers.does.set('slow', hang);
    write(60, 'slow');
    const { sweep } = await worker({ haste: 1 });
    await until(() => receivers.came.length === 2);
    const quick = write(20, 'quick');
    const began = performance.now();
    sweep();
    await until(() => quick.every((id) => owner.rows.get(id)?.outcome === 'delivered'));
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(receivers.came.filter((one) => one.lane === 'slow')).toHaveLength(2);
  }, 30_000);

  it('one with more than its lane holds is served to the end without waiting for the sweep', async () => {
    const ids = write(100, 'busy');
    const { sweep } = await worker({ haste: 1 });
    sweep();
    const took = await until(() => owner.open === 0);
    expect(took).toBeLessThan(10_000);
    expect(receivers.times()).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
  }, 30_000);

  it('what is final is given up and never sent again', async () => {
    receivers.does.set('client', () => ({ outcome: 'failed', fault: 'address' }));
    const [id = ''] = write(1);
    await worker();
    await until(() => owner.open === 0);
    expect([owner.rows.get(id)?.outcome, receivers.times()]).toEqual(['given-up', { [id]: 1 }]);
  }, 30_000);
});
