import { decodeProtectedHeader } from 'jose';
import pg from 'pg';
import { System, until } from './system.js';

const VAULT = 'https://api.example.com/vault';
const DISCOVERY = '/.well-known/openid-configuration';

/** 503 within 3 s, as a protocol answer: an outage is never an invalid_grant or an invalid_client (REL-2). */
function expectOutage(reply: { status: number; body: Record<string, unknown>; ms: number }): void {
  expect([reply.status, reply.body['error']]).toEqual([503, 'temporarily_unavailable']);
  expect(reply.ms).toBeLessThan(3_000);
}

let system: System;
let pids: readonly (number | null)[];

beforeAll(async () => {
  system = await System.start();
  pids = system.processes.map((one) => one.pid);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const stillAlive = async () => {
  for (const one of system.processes) expect(await one.probe('/livez')).toBe(true);
};
const tokenAgain = async (clientId?: string, resource?: string) =>
  expect(await until(() => system.token(clientId, resource), (reply) => reply.status === 200, 15_000)).not.toBeNull();
const readyAgain = async (name: string) =>
  expect(await until(() => system.process(name).probe('/readyz'), (ready) => ready, 15_000)).not.toBeNull();
const notReady = async (name: string) =>
  expect(await until(() => system.process(name).probe('/readyz'), (ready) => !ready, 10_000)).not.toBeNull();

describe('Ours: NATS is down', () => {
  beforeAll(() => system.infra.nats.kill());

  it('discovery and the key set still hold', async () => {
    expect((await system.get(DISCOVERY)).body['issuer']).toBe(system.issuer);
    expect((await system.get('/jwks')).body['keys']).toHaveLength(4);
  });

  it('the rest is 503 within 3 s', async () => {
    expectOutage(await system.token());
    expectOutage(await system.post('/introspect', { token: 'x' }, system.basic('demo-resource-server')));
    expectOutage(await system.post('/revoke', { token: 'x' }, system.basic('demo-service')));
  }, 20_000);

  it('I10 readiness says so within 10 s, I11 liveness does not', async () => {
    for (const name of ['gateway', 'token', 'authorization', 'device-ciba', 'key-management']) await notReady(name);
    await stillAlive();
  }, 60_000);

  it('everything is back within 15 s of its return, without a restart', async () => {
    await system.infra.nats.start();
    await tokenAgain();
    for (const name of ['gateway', 'token', 'authorization', 'device-ciba', 'key-management']) await readyAgain(name);
    expect(system.processes.map((one) => one.pid)).toEqual(pids);
  }, 90_000);
});

describe('Ours: PostgreSQL is down', () => {
  let stoppedAt = 0;

  beforeAll(async () => {
    await tokenAgain();
    await system.infra.postgres.stop();
    stoppedAt = performance.now();
  }, 60_000);

  it('client_credentials with a JWT and a secret goes on, for at most 5 s', async () => {
    expect((await system.token()).status).toBe(200);
    const ended = await until(() => system.token(), (reply) => reply.status !== 200, 10_000);
    expect(ended?.found.body['error']).toBe('temporarily_unavailable');
    // 5 s after the last answer of the database, which came at most one poll before the stop.
    expect(performance.now() - stoppedAt).toBeLessThan(6_500);
  }, 30_000);

  it('discovery and the key set still hold', async () => {
    expect((await system.get(DISCOVERY)).status).toBe(200);
    expect((await system.get('/jwks')).body['keys']).toHaveLength(4);
  });

  it('what needs a row, and a client nobody has cached, is 503 within 3 s and never invalid_client', async () => {
    expectOutage(await system.token('demo-vault', VAULT));
    expectOutage(await system.post('/introspect', { token: 'x' }, system.basic('demo-resource-server')));
    expectOutage(await system.post('/token', { grant_type: 'client_credentials' }, `Basic ${btoa('nobody:secret')}`));
  }, 20_000);

  it('I10 readiness says so within 10 s, I11 liveness does not', async () => {
    for (const name of ['token', 'authorization', 'device-ciba', 'key-management']) await notReady(name);
    await stillAlive();
  }, 60_000);

  it('everything is back within 15 s of its return, without a restart', async () => {
    await system.infra.postgres.start();
    await tokenAgain();
    await tokenAgain('demo-vault', VAULT);
    for (const name of ['token', 'authorization', 'device-ciba', 'key-management']) await readyAgain(name);
    expect(system.processes.map((one) => one.pid)).toEqual(pids);
  }, 90_000);
});

describe('Ours: Redis is down', () => {
  beforeAll(() => system.infra.redis.kill());

  it('every endpoint goes on', async () => {
    const { status, body } = await system.token('demo-vault', VAULT);
    expect(status).toBe(200);
    const token = String(body['access_token']);
    expect((await system.post('/introspect', { token }, system.basic('demo-resource-server'))).body['active']).toBe(true);
    expect((await system.post('/revoke', { token }, system.basic('demo-vault'))).status).toBe(200);
    expect((await system.post('/token', { grant_type: 'client_credentials' }, `Basic ${btoa('nobody:secret')}`)).status).toBe(401);
  }, 20_000);

  it('the gateway and device-ciba stay ready, the worker does not, and all live', async () => {
    await notReady('worker');
    expect(await system.process('gateway').probe('/readyz')).toBe(true);
    expect(await system.process('device-ciba').probe('/readyz')).toBe(true);
    await stillAlive();
  }, 30_000);

  it('the worker is ready again within 15 s', async () => {
    await system.infra.redis.start();
    await readyAgain('worker');
  }, 60_000);
});

describe('F20 somebody holds the locks that a row needs', () => {
  it('what needs the row is 503 within 3 s, what needs none goes on, and nothing leaks', async () => {
    const holder = new pg.Client({ connectionString: system.database });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE opaque_access_token IN ACCESS EXCLUSIVE MODE');
      const waiting = Promise.all(Array.from({ length: 20 }, () => system.token('demo-vault', VAULT)));
      expect((await system.token()).status).toBe(200);
      for (const reply of await waiting) expectOutage(reply);
    } finally {
      await holder.end();
    }
    await tokenAgain('demo-vault', VAULT);
  }, 60_000);
});

describe('F07 key-management is down', () => {
  let token = '';

  beforeAll(async () => {
    token = String((await system.token()).body['access_token']);
    system.process('key-management').kill('SIGKILL');
  }, 30_000);

  it('signing goes on for the length of the lease and ends with it: at most 60 s, then 503', async () => {
    const began = performance.now();
    expect((await system.token()).status).toBe(200);
    const ended = await until(() => system.token(), (reply) => reply.status !== 200, 70_000);
    expect([ended?.found.status, ended?.found.body['error']]).toEqual([503, 'temporarily_unavailable']);
    expect(performance.now() - began).toBeLessThan(61_000);
    expect(await system.process('token').probe('/readyz')).toBe(false);
  }, 90_000);

  it('introspection and the key set go on beyond it', async () => {
    const reply = await system.post('/introspect', { token }, system.basic('demo-resource-server'));
    expect(reply.body['active']).toBe(true);
    const keys = (await system.get('/jwks')).body['keys'];
    expect(JSON.stringify(keys)).toContain(String(decodeProtectedHeader(token).kid));
  });

  it('signing is back within 20 s of its return', async () => {
    await system.process('key-management').start();
    expect(await until(() => system.token(), (reply) => reply.status === 200, 20_000)).not.toBeNull();
  }, 60_000);
});
