import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '@tessera/observability';
import { systemClock } from '@tessera/vocabulary';
import { Redis } from 'ioredis';
import { RedisFailureCounts } from './redis-failure-counts.js';

const WAIT_MS_MAX = 10_000;

/** A Redis of its own, with nothing on disk, that can be stopped and started on the same port. */
class PrivateRedis {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'gateway-redis-'));
  private constructor(private readonly port: number) {}

  static async start(): Promise<PrivateRedis> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const redis = new PrivateRedis(typeof address === 'object' && address !== null ? address.port : 0);
    probe.close();
    await once(probe, 'close');
    redis.run();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  run(): void {
    this.child = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Looks again until it holds, within a bound. */
async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come about');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const counted = (counts: RedisFailureCounts, key: string, more = 1) => new Promise<number>((resolve) => counts.add(key, more, resolve));

let server: PrivateRedis;
let log: string[];
let open: RedisFailureCounts[];
beforeEach(async () => {
  server = await PrivateRedis.start();
  log = [];
  open = [];
});
afterEach(async () => {
  for (const counts of open) counts.close();
  await server.remove();
});

async function connected(): Promise<RedisFailureCounts> {
  const logger = createLogger({ process: 'gateway', instance: 'test', level: 'info', destination: { write: (line) => void log.push(line) } });
  const counts = new RedisFailureCounts(server.url, systemClock, logger);
  open.push(counts);
  await until(() => counts.available);
  log.length = 0;
  return counts;
}

describe('EDG-8 failure counts shared through Redis', () => {
  it('count over processes, under the prefix rl:, and end by themselves', async () => {
    const [here, there] = [await connected(), await connected()];
    expect([await counted(here, 'key'), await counted(there, 'key'), await counted(here, 'key', 94)]).toEqual([1, 2, 96]);
    const redis = new Redis(server.url);
    const keys = await redis.keys('*');
    expect(keys).toEqual([expect.stringMatching(/^rl:key:\d+$/)]);
    expect(await redis.ttl(keys[0] ?? '')).toBeGreaterThan(0);
    redis.disconnect();
  });

  it('cost one log line while Redis is gone, and are shared again when it is back', async () => {
    const counts = await connected();
    await server.kill();
    await until(() => !counts.available);
    for (let time = 0; time < 1_000; time += 1) counts.add('key', 1, () => {});
    expect(log.filter((line) => line.includes('not shared'))).toHaveLength(1);

    server.run();
    await until(() => counts.available);
    expect(await counted(counts, 'key')).toBe(1);
    expect(log.filter((line) => line.includes('shared again'))).toHaveLength(1);
  });

  it('stop asking a Redis that hangs: of 1,000 questions at most 256 are under way', async () => {
    const counts = await connected();
    server.freeze();
    for (let time = 0; time < 1_000; time += 1) counts.add('key', 1, () => {});
    await until(() => !counts.available);
    server.thaw();
    await until(() => counts.available);
    expect(await counted(counts, 'key')).toBeLessThanOrEqual(257);
  });
});
