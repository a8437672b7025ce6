import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { connect, nkeyAuthenticator } from 'nats';
import { REDIS_KEEPS } from '../../tools/deployment/secrets.mjs';
import { mountedSecrets, POLICIES } from './policy.js';
import { OVERLAYS, parseManifests, podsOf, ROOT, snapshotText } from './manifests.js';

const PATIENCE_MS = 30_000;
const directory = mkdtempSync(path.join(os.tmpdir(), 'tessera-deploy-'));
const made = path.join(directory, 'secrets-of-an-installation');
const children: ChildProcess[] = [];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Waits until a server has said that it is ready; the stream is read on, so that the server can go on speaking. */
function saying(child: ChildProcess, stream: 'stdout' | 'stderr', text: string): Promise<void> {
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child[stream]?.on('data', (part) => (said += String(part)).includes(text) && resolve());
    child.once('exit', () => reject(new Error(said)));
  });
}

function saidBy(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => child.stderr?.on('data', (part) => String(part).includes(text) && resolve()));
}

function makeSecrets(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'tools/deployment/make-secrets.mjs'), made, ...args], { encoding: 'utf8' });
  return { status, stderr };
}

const ADDRESSES = ['--postgres', 'postgresql:5432/tessera', '--redis', 'redis:6379', '--plain'];
const secret = (name: string, key: string) => readFileSync(path.join(made, 'secrets', name, key), 'utf8');
const publicNkeys = () =>
  Object.fromEntries(readdirSync(path.join(made, 'config/tessera-nkeys')).map((name) => [name, readFileSync(path.join(made, 'config/tessera-nkeys', name), 'utf8')]));

beforeAll(() => {
  expect(makeSecrets(...ADDRESSES)).toEqual({ status: 0, stderr: '' });
});
afterAll(async () => {
  for (const child of children.filter((one) => one.exitCode === null && one.signalCode === null)) {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

describe('SEC-6 the secrets of an installation', () => {
  it.each(OVERLAYS)('are all that the overlay %s mounts, key by key', (overlay) => {
    const manifests = parseManifests(snapshotText(overlay));
    for (const name of mountedSecrets(manifests)) expect([name, statSync(path.join(made, 'secrets', name)).isDirectory()]).toEqual([name, true]);
    for (const { template } of podsOf(manifests))
      for (const { projected } of template.spec.volumes ?? [])
        for (const source of projected?.sources ?? []) for (const { key } of source.secret.items) expect(secret(source.secret.name, key)).not.toBe('');
    expect(POLICIES['no Secret is made by a manifest']?.(manifests)).toEqual([]);
  });

  it('are for their owner only, and kept when they exist', () => {
    const before = secret('token-db', 'url');
    expect(statSync(path.join(made, 'secrets/token-db/url')).mode & 0o077).toBe(0);
    expect(statSync(path.join(made, 'secrets')).mode & 0o077).toBe(0);
    expect(makeSecrets(...ADDRESSES).status).toBe(0);
    expect(secret('token-db', 'url')).toBe(before);
  });

  it('NAT-1 K8S-8 hold two nkeys of each service; the standby becomes the one, and gets a successor', () => {
    const before = publicNkeys();
    expect(makeSecrets('--renew-standby', 'worker').status).toBe(0);
    expect(makeSecrets(...ADDRESSES).status).toBe(0);
    const after = publicNkeys();
    expect(after['WORKER_NKEY']).toBe(before['WORKER_NKEY_STANDBY']);
    expect([before['WORKER_NKEY'], before['WORKER_NKEY_STANDBY']]).not.toContain(after['WORKER_NKEY_STANDBY']);
    expect(after['TOKEN_NKEY']).toBe(before['TOKEN_NKEY']);
    expect(JSON.parse(after['SERVICE_NKEYS'] ?? '')['worker']).toEqual([after['WORKER_NKEY'], after['WORKER_NKEY_STANDBY']]);
  });

  it.each([[[]], [['--postgres', 'x', '--redis', 'y']], [['--renew-standby', 'intruder']], [['--nonsense']]])('stop with one line for %j', (args) => {
    expect(makeSecrets(...args)).toEqual({ status: 1, stderr: expect.stringMatching(/^make-secrets: usage: [^\n]+\n$/) });
  });
});

describe('NAT-1 the configuration of NATS in the cluster', () => {
  interface Ports {
    readonly client: number;
    readonly routes: number;
    readonly monitor: number;
  }
  const freePorts = async (): Promise<Ports> => ({ client: await freePort(), routes: await freePort(), monitor: await freePort() });
  const start = (file: string, name: string) =>
    spawn('nats-server', ['-c', file], { env: { ...process.env, ...publicNkeys(), POD_NAME: name }, stdio: ['ignore', 'ignore', 'pipe'] });

  /** The files as the pod has them, with paths and ports of this machine. */
  function filesOf(name: string, ports: Ports, more?: string, nodes: readonly Ports[] = []): string {
    const at = path.join(directory, name);
    mkdirSync(path.join(at, 'routes'), { recursive: true });
    for (const source of ['k8s/base/nats', ...(more === undefined ? [] : [more])])
      for (const file of readdirSync(path.join(ROOT, source)).filter((one) => one.endsWith('.conf'))) cpSync(path.join(ROOT, source, file), path.join(at, file));
    writeFileSync(path.join(at, 'routes/routes.conf'), secret('nats-routes', 'routes.conf').replaceAll(/nats-(\d)\.nats-routes:6222/g, (_all, node: string) => `127.0.0.1:${nodes[Number(node)]?.routes ?? node}`));
    const rewrite = (file: string, changes: readonly [string, string][]) => {
      const text = changes.reduce((all, [from, to]) => all.replaceAll(from, to), readFileSync(path.join(at, file), 'utf8'));
      writeFileSync(path.join(at, file), text);
    };
    rewrite('nats.conf', [['0.0.0.0:4222', `127.0.0.1:${ports.client}`], ['0.0.0.0:6222', `127.0.0.1:${ports.routes}`], ['127.0.0.1:8222', `127.0.0.1:${ports.monitor}`], ['/run/nats', at]]);
    for (const file of ['transport.conf', 'route-transport.conf']) rewrite(file, [['/etc/nats/tls', at]]);
    return path.join(at, 'nats.conf');
  }
  const check = (file: string) => spawnSync('nats-server', ['-t', '-c', file], { encoding: 'utf8', env: { ...process.env, ...publicNkeys(), POD_NAME: 'nats-0' } });
  const PORTS = { client: 4222, routes: 6222, monitor: 8222 };

  it('is one that nats-server accepts', () => {
    const { status, stderr } = check(filesOf('plain', PORTS));
    expect([status, stderr]).toEqual([0, expect.stringContaining('is valid')]);
  });

  it('with TLS wants the certificate to be there, so the component is read', () => {
    const { status, stderr } = check(filesOf('tls', PORTS, 'k8s/components/cert-manager'));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/tls\.crt/)]);
  });

  it('K8S-8 lets a service in with either of its nkeys, and nobody without one', async () => {
    const ports = await freePorts();
    await saying(start(filesOf('running', ports), 'nats-0'), 'stderr', 'Server is ready');
    const login = async (seed: string | null) => {
      const connection = await connect({
        servers: `nats://127.0.0.1:${ports.client}`,
        ...(seed === null ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) }),
        reconnect: false,
        inboxPrefix: '_INBOX.token',
      });
      await connection.close();
      return true;
    };
    expect(await login(secret('token-nats', 'seed'))).toBe(true);
    expect(await login(secret('token-nats', 'seed-standby'))).toBe(true);
    await expect(login(null)).rejects.toThrow(/authorization/i);
  }, PATIENCE_MS);

  it('makes one cluster of three nodes, which a fourth without the password does not join', async () => {
    const nodes = [await freePorts(), await freePorts(), await freePorts()];
    const servers = nodes.map((ports, node) => start(filesOf(`node-${node}`, ports, undefined, nodes), `nats-${node}`));
    await Promise.all(servers.map((server) => saying(server, 'stderr', 'Server is ready')));
    const routes = async ({ monitor }: Ports) => ((await (await fetch(`http://127.0.0.1:${monitor}/varz`)).json()) as { routes: number }).routes;
    const settled = async () => (await Promise.all(nodes.map(routes))).every((count) => count >= 2);
    const until = performance.now() + PATIENCE_MS / 2;
    while (!(await settled()) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    const before = await Promise.all(nodes.map(routes));
    expect(before.every((count) => count >= 2)).toBe(true);

    const stranger = await freePorts();
    const file = path.join(directory, 'stranger.conf');
    writeFileSync(file, `server_name: stranger\nlisten: "127.0.0.1:${stranger.client}"\nhttp: "127.0.0.1:${stranger.monitor}"\ncluster { name: tessera, listen: "127.0.0.1:${stranger.routes}", routes: ["nats-route://routes:guess@127.0.0.1:${nodes[0]?.routes}"] }\n`);
    const other = start(file, 'stranger');
    const refused = saidBy(other, 'Authorization Violation');
    await saying(other, 'stderr', 'Server is ready');
    await refused;
    expect(await routes(stranger)).toBe(0);
    expect(await Promise.all(nodes.map(routes))).toEqual(before);
  }, PATIENCE_MS);
});

describe('RED-1 the users of Redis', () => {
  let port: number;
  const connectAs = (user: string) => {
    const { password } = new URL(user === 'operator' ? `redis://operator:${readFileSync(path.join(made, 'made/redis-operator.password'), 'utf8')}@x` : secret(`${user}-redis`, 'url'));
    return new Redis({ host: '127.0.0.1', port, username: user, password, maxRetriesPerRequest: null, retryStrategy: () => null });
  };

  beforeAll(async () => {
    port = await freePort();
    const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--maxmemory-policy', 'noeviction', '--aclfile', path.join(made, 'acl/users.acl')], { stdio: ['ignore', 'pipe', 'ignore'] });
    await saying(server, 'stdout', 'Ready to accept');
  });

  it('the gateway counts below rl: and does nothing else', async () => {
    const redis = connectAs('gateway');
    expect(await redis.incrby('rl:1', 2)).toBe(2);
    expect(await redis.expire('rl:1', 60)).toBe(1);
    expect(await redis.get('rl:1')).toBe('2');
    for (const forbidden of [redis.get('bull:deliveries:id'), redis.flushall(), redis.keys('*'), redis.config('GET', '*'), redis.eval('return 1', 0)])
      await expect(forbidden).rejects.toThrow(/NOPERM|no permissions/i);
    redis.disconnect();
  }, PATIENCE_MS);

  it('device-ciba adds jobs that the worker takes', async () => {
    const [adding, taking] = [connectAs('device-ciba'), connectAs('worker')];
    const queue = new Queue('deliveries', { connection: adding });
    const jobs: string[] = [];
    const worker = new Worker('deliveries', async (job) => void jobs.push(job.id ?? ''), { connection: taking });
    const completed = once(worker, 'completed');
    await queue.add('ping', {}, { jobId: 'ping.1.1', removeOnComplete: true });
    await completed;
    expect(jobs).toEqual(['ping.1.1']);
    for (const forbidden of [taking.get('rl:1'), taking.flushall(), taking.config('GET', '*')]) await expect(forbidden).rejects.toThrow(/NOPERM|no permissions/i);
    await worker.close();
    await queue.close();
    adding.disconnect();
    taking.disconnect();
  }, PATIENCE_MS);

  it('nobody is anybody without a password', async () => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.write('GET rl:1\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^-NOAUTH /);
    socket.destroy();
  }, PATIENCE_MS);
});

describe('RED-2 Redis keeps what queues give it', () => {
  /** Redis with the lines of an installation, and little memory. */
  async function smallRedis() {
    const port = await freePort();
    const configuration = path.join(directory, 'small-redis.conf');
    writeFileSync(configuration, [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, 'maxmemory 2mb', 'appenddirname small', ...REDIS_KEEPS].join('\n'));
    const server = spawn('redis-server', [configuration], { stdio: ['ignore', 'pipe', 'ignore'] });
    await saying(server, 'stdout', 'Ready to accept');
    return { server, redis: new Redis({ host: '127.0.0.1', port, retryStrategy: () => null }) };
  }

  it('says that it is full instead of forgetting, and has it all after it was killed', async () => {
    const first = await smallRedis();
    let kept = 0;
    const full = async () => {
      for (; kept < 100; kept += 1) await first.redis.set(`bull:${kept}`, 'x'.repeat(100_000), 'EX', 3_600);
    };
    await expect(full()).rejects.toThrow(/OOM/);
    expect(kept).toBeGreaterThan(1);
    expect(await first.redis.dbsize()).toBe(kept);
    const ended = once(first.server, 'exit');
    first.server.kill('SIGKILL');
    await ended;
    first.redis.disconnect();
    const again = await smallRedis();
    expect(await again.redis.dbsize()).toBe(kept);
    again.redis.disconnect();
  }, PATIENCE_MS);

  it('in the cluster of a developer too', () => {
    expect(snapshotText('dev')).toMatch(/- --maxmemory-policy\n\s+- noeviction\n\s+- --appendonly\n\s+- "?yes"?\n/);
  });
});
