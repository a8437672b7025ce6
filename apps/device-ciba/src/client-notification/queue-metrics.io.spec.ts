import { randomUUID } from 'node:crypto';
import { Metrics, silentLogger } from '@tessera/observability';
import { connectRedis, Reminders } from './delivery-queue.js';
import { measureQueue } from './queue-metrics.js';
import { RedisServer, until } from './testing.js';

let server: RedisServer;
let reminders: Reminders;
const metrics = new Metrics('worker');

beforeAll(async () => {
  server = await RedisServer.start();
  const redis = connectRedis(server.url, 'commanding', silentLogger);
  await until(() => redis.status === 'ready');
  reminders = new Reminders(redis);
  measureQueue(reminders, metrics, silentLogger);
});
afterAll(async () => {
  reminders.close();
  await server.remove();
});

const due = () => ({ kind: 'ping', row: randomUUID(), attempt: 1, lane: 'client' });
const samples = async (name: string) =>
  (await metrics.exposition()).split('\n').flatMap((line) => (line.startsWith(`tessera_${name}{`) ? [[/state="(\w+)"/.exec(line)?.[1] ?? '', Number(line.split(' ').pop())] as const] : []));

describe('Ours: the queue as Redis has it', () => {
  it('is empty, and nothing waits', async () => {
    expect(await samples('queue_depth')).toEqual([['waiting', 0], ['active', 0], ['delayed', 0]]);
    expect(await samples('queue_oldest_job_age_seconds')).toEqual([['', 0]]);
  });

  it('counts what is in line and what is not due yet, and ages with the first in line', async () => {
    await reminders.add([due()]);
    await until(async () => ((await samples('queue_oldest_job_age_seconds'))[0]?.[1] ?? 0) > 0);
    const first = (await samples('queue_oldest_job_age_seconds'))[0]?.[1] ?? 0;
    await reminders.add([due()]);
    await reminders.add([due()], 3_600);
    expect(await samples('queue_depth')).toEqual([['waiting', 2], ['active', 0], ['delayed', 1]]);
    expect((await samples('queue_oldest_job_age_seconds'))[0]?.[1]).toBeGreaterThanOrEqual(first);
    expect(first).toBeLessThan(20);
  });

  it('says no number when Redis is away, and all the other metrics', async () => {
    await server.kill();
    expect((await samples('queue_depth')).map(([, value]) => value)).toEqual([NaN, NaN, NaN]);
    expect((await samples('queue_oldest_job_age_seconds'))[0]?.[1]).toBeNaN();
    expect(await metrics.exposition()).toContain('tessera_process_resident_memory_bytes');
  });
});
