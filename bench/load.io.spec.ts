import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { runLoad } from './load/run-load.mjs';

let server: Server;

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const job = (port: number, changes: object) => ({
  host: '127.0.0.1',
  port,
  connections: 4,
  seconds: 1,
  warmupSeconds: 0.2,
  rate: null,
  expected: '"access_token":"',
  request: {
    kind: 'same',
    method: 'POST',
    path: '/token',
    host: `127.0.0.1:${port}`,
    headers: {},
    body: 'grant_type=client_credentials',
  },
  ...changes,
});
const load = (port: number, changes: object = {}) =>
  runLoad(job(port, changes), async (go: () => Promise<void>) => {
    await go();
    return 'observed';
  });
const TOKEN = '{"access_token":"abc","token_type":"Bearer"}';

describe('Ours: the load generator counts what really happened', () => {
  it('a closed loop: every answer, none wrong, also when they come in pieces', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-length': TOKEN.length });
      response.write(TOKEN.slice(0, 10));
      setImmediate(() => response.end(TOKEN.slice(10)));
    });
    const { requests, errors, samples, latencyMs, observation } = await load(port);
    expect([errors, observation]).toEqual([{}, 'observed']);
    expect(requests).toBeGreaterThan(100);
    expect(asked).toBeGreaterThan(requests);
    expect(samples[0]).toBe(TOKEN);
    expect(latencyMs.p50).toBeGreaterThan(0);
  }, 20_000);

  it('refusals, foreign bodies and broken connections are errors by kind', async () => {
    let count = 0;
    const port = await serve((request, response) => {
      count += 1;
      if (count % 4 === 0) request.socket.destroy();
      else if (count % 4 === 1) response.writeHead(503, { 'content-length': 2 }).end('{}');
      else if (count % 4 === 2) response.writeHead(200, { 'content-length': 2 }).end('{}');
      else response.writeHead(200, { 'content-length': TOKEN.length }).end(TOKEN);
    });
    const { errors } = await load(port);
    expect(Object.keys(errors).sort()).toEqual(['CLOSED', 'status 503', 'unexpected body']);
  }, 20_000);

  it('an open loop charges a standstill to everybody who would have come meanwhile (coordinated omission)', async () => {
    let standstill: Promise<void> | null = null;
    let asked = 0;
    const port = await serve(async (_request, response) => {
      asked += 1;
      // After the warm-up's 40 requests: 300 ms in which nobody is answered.
      if (asked === 100) standstill = pause(300);
      await standstill;
      response.writeHead(200, { 'content-length': TOKEN.length }).end(TOKEN);
    });
    const { requests, latencyMs, errors } = await load(port, { connections: 2, rate: 200 });
    expect([requests, errors]).toEqual([200, {}]);
    expect(latencyMs.p95).toBeGreaterThan(150);
    expect(latencyMs.p50).toBeLessThan(50);
  }, 20_000);
});
