import { createServer } from 'node:net';
import { once } from 'node:events';
import { Metrics, silentLogger } from '@tessera/observability';
import { OpsServer } from './ops-server.js';

let metrics: Metrics;
let told: unknown[];
let ops: OpsServer;
let base: string;

beforeEach(async () => {
  metrics = new Metrics('token');
  told = [];
  ops = new OpsServer(metrics, { ...silentLogger, error: (...line) => void told.push(line) });
  base = `http://127.0.0.1:${await ops.listen('127.0.0.1', 0)}`;
});
afterEach(() => ops.close());

async function ask(path: string, method = 'GET'): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${base}${path}`, { method });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const holding = { name: 'nats', required: true, holds: () => true };
const failing = { name: 'nats', required: true, holds: () => false };
const degraded = { name: 'redis', required: false, holds: () => false };

describe('Ours: the operations port while the process starts', () => {
  it('is alive, not started and not ready, and says what is waited for', async () => {
    let arrived = () => {};
    const waiting = ops.whileWaiting('postgresql', () => new Promise<void>((resolve) => (arrived = resolve)));
    expect(await ask('/livez')).toEqual({ status: 200, body: { alive: true } });
    expect(await ask('/startupz')).toEqual({ status: 503, body: { started: false, waitingFor: 'postgresql' } });
    expect(await ask('/readyz')).toEqual({ status: 503, body: { stage: 'starting', ready: false, checks: { postgresql: 'failed' } } });
    arrived();
    await waiting;
    expect(await ask('/startupz')).toEqual({ status: 503, body: { started: false, waitingFor: 'start' } });
  });

  it('does not go on naming what could not be waited for', async () => {
    await expect(ops.whileWaiting('nats', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await ask('/startupz')).toMatchObject({ body: { waitingFor: 'start' } });
  });
});

describe('I10 readiness, I11 liveness of a process that serves', () => {
  it.each([
    ['every check holds', [holding], 200, { nats: 'ok' }],
    ['a required check fails', [failing], 503, { nats: 'failed' }],
    ['an optional check fails', [holding, degraded], 200, { nats: 'ok', redis: 'degraded' }],
  ])('/readyz when %s', async (_case, checks, status, shown) => {
    ops.serve(checks);
    expect(await ask('/readyz')).toEqual({ status, body: { stage: 'serving', ready: status === 200, checks: shown } });
    expect(await ask('/livez')).toEqual({ status: 200, body: { alive: true } });
    expect(await ask('/startupz')).toEqual({ status: 200, body: { started: true } });
  });

  it('follows the checks both ways, without a restart', async () => {
    let back = true;
    ops.serve([{ name: 'postgresql', required: true, holds: () => back }]);
    expect((await ask('/readyz')).status).toBe(200);
    back = false;
    expect((await ask('/readyz')).status).toBe(503);
    back = true;
    expect((await ask('/readyz')).status).toBe(200);
  });

  it('is not ready while draining, even though every check holds', async () => {
    ops.serve([holding]);
    ops.drain();
    expect(await ask('/readyz')).toEqual({ status: 503, body: { stage: 'draining', ready: false, checks: { nats: 'ok' } } });
    expect((await ask('/livez')).status).toBe(200);
    expect((await ask('/startupz')).status).toBe(200);
  });
});

describe('Ours: the operations port as a server', () => {
  it('serves metrics with the type Prometheus expects', async () => {
    const response = await fetch(`${base}/metrics`);
    expect(response.headers.get('content-type')).toBe(metrics.contentType);
    expect(await response.text()).toMatch(/^tessera_process_cpu_seconds_total\{process="token"\} /m);
  });

  it('says 500 once, and goes on, when a metric cannot be collected', async () => {
    const gauge = metrics.gauge('broken', 'Throws when asked.', ['label']);
    gauge.get = () => Promise.reject(new Error('broken'));
    expect(await ask('/metrics')).toEqual({ status: 500, body: { error: 'unexpected' } });
    expect(told).toHaveLength(1);
    expect((await ask('/livez')).status).toBe(200);
  });

  it.each(['/livez', '/readyz', '/startupz', '/metrics'])('answers HEAD %s with the status and no body', async (path) => {
    ops.serve([holding]);
    expect(await ask(path, 'HEAD')).toEqual({ status: 200, body: null });
  });

  it.each(['POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    const response = await fetch(`${base}/livez`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['/', '/token', '/livez/', '/LIVEZ', '/metrics/x'])('has nothing at %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('does not look at a query', async () => {
    expect((await ask('/livez?verbose=1')).status).toBe(200);
  });

  it('rejects when the port is taken, and leaves the holder alone', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    await expect(new OpsServer(metrics, silentLogger).listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    holder.close();
    await once(holder, 'close');
  });

  it('closes at once, with a connection open that is kept alive', async () => {
    const response = await fetch(`${base}/livez`, { headers: { connection: 'keep-alive' } });
    await response.text();
    await ops.close();
    await expect(fetch(`${base}/livez`)).rejects.toThrow();
    base = `http://127.0.0.1:${await ops.listen('127.0.0.1', 0)}`;
  });
});
