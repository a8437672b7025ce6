import { silentLogger } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import { Bus } from './bus.js';
import { newCallContext, type ServedCall } from './call-context.js';
import { ServiceClient } from './client/service-client.js';
import type { NatsTransport } from './server/nats-transport.js';
import { NatsServer, serving, testIdentity, transportServing } from './testing/index.js';
import { Echo, SafeEcho } from './testing/spec-contracts.js';

const ENOUGH_MS = 60_000;

let nats: NatsServer;
let gateway: Bus;
let token: Bus;
let services: ServiceClient;
let transport: NatsTransport;
const calls: ServedCall[] = [];
let hold: Promise<void> | null = null;

beforeEach(async () => {
  nats = await NatsServer.start();
  gateway = await Bus.connect(testIdentity('gateway', nats.url));
  token = await Bus.connect(testIdentity('token', nats.url));
  services = new ServiceClient(gateway);
  calls.length = 0;
  hold = null;
  const handler = async ({ text }: { text: string }, call: ServedCall): Promise<{ text: string }> => {
    calls.push(call);
    await hold;
    return { text };
  };
  transport = await transportServing(token, [serving(Echo, handler), serving(SafeEcho, handler)]);
});

afterEach(async () => {
  nats.signal('SIGCONT');
  await gateway.close();
  await token.close();
  await nats.stop();
});

/** Waits on a condition, bounded by the spec's own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const away = () => !gateway.connected && !token.connected;
const back = () => gateway.connected && token.connected;

describe('F08 SIGKILL NATS', () => {
  it('calls made while it is away are outages within 3 s, and the first call after it is back succeeds', async () => {
    await nats.kill();
    await until(away);
    const began = performance.now();
    await expect(services.call(SafeEcho, { text: 'a' }, newCallContext())).rejects.toMatchObject({ name: 'Outage', dependency: 'nats' });
    expect(performance.now() - began).toBeLessThan(3_000);
    await nats.restart();
    expect(await services.call(Echo, { text: 'b' }, newCallContext())).toEqual({ text: 'b' });
    expect(back()).toBe(true);
  }, ENOUGH_MS);

  it('a call made while it is away is sent when it is back in time', async () => {
    await nats.kill();
    await until(away);
    const call = services.call(Echo, { text: 'a' }, newCallContext());
    await nats.restart();
    expect(await call).toEqual({ text: 'a' });
    expect(calls).toHaveLength(1);
  }, ENOUGH_MS);

  it('an in-flight call that is safe to resend is asked again with the same key; the outcome is one', async () => {
    let release = (): void => {};
    hold = new Promise<void>((resolve) => (release = resolve));
    const call = services.call(SafeEcho, { text: 'a' }, { ...newCallContext(), idempotencyKey: 'key-1' });
    await until(() => calls.length === 1);
    await nats.kill();
    await until(away);
    await nats.restart();
    await until(() => calls.length === 2);
    release();
    expect(await call).toEqual({ text: 'a' });
    expect(calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-1', 'key-1']);
  }, ENOUGH_MS);

  it('an in-flight call that must not be resent is run once, and its answer still arrives', async () => {
    let release = (): void => {};
    hold = new Promise<void>((resolve) => (release = resolve));
    const call = services.call(Echo, { text: 'a' }, newCallContext());
    await until(() => calls.length === 1);
    await nats.kill();
    await until(away);
    await nats.restart();
    await until(back);
    release();
    expect(await call).toEqual({ text: 'a' });
    expect(calls).toHaveLength(1);
  }, ENOUGH_MS);

  it('an outcome that is ready while the bus is away is held until it is back', async () => {
    let release = (): void => {};
    hold = new Promise<void>((resolve) => (release = resolve));
    const call = services.call(SafeEcho, { text: 'a' }, newCallContext());
    await until(() => calls.length === 1);
    await nats.kill();
    await until(away);
    release();
    await nats.restart();
    expect(await call).toEqual({ text: 'a' });
  }, ENOUGH_MS);

  it('I12 nothing is left over after 2,000 calls in vain', async () => {
    await nats.kill();
    await until(away);
    const outcomes = await Promise.allSettled(Array.from({ length: 2_000 }, () => services.call(Echo, { text: 'a' }, newCallContext(500))));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2_000);
    await nats.restart();
    await until(back);
    expect(await services.call(Echo, { text: 'b' }, newCallContext())).toEqual({ text: 'b' });
    expect(calls).toHaveLength(1);
  }, ENOUGH_MS);
});

describe('REL-5 stopping while NATS is away', () => {
  it('takes no longer than the work that is left', async () => {
    await nats.kill();
    await until(away);
    const began = performance.now();
    await transport.close();
    await token.close();
    expect(performance.now() - began).toBeLessThan(5_000);
  }, ENOUGH_MS);
});

describe('F31 a message that cannot be handled', () => {
  it('is a log line, and the next one is heard', async () => {
    const heard: string[] = [];
    const lines: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void lines.push(message) };
    const bus = await Bus.connect(testIdentity('gateway', nats.url), { logger });
    const both = new Promise<void>((resolve) => {
      bus.subscribe('bell', null, ({ payload }) => {
        heard.push(Buffer.from(payload).toString());
        if (heard.length === 1) throw new Error('poison');
        resolve();
      });
    });
    bus.send('bell', Buffer.from('poison'));
    bus.send('bell', Buffer.from('ding'));
    await both;
    expect(heard).toEqual(['poison', 'ding']);
    expect(lines).toEqual(['a message could not be handled']);
    await bus.close();
  });
});

describe('F17, I10 NATS stands still without closing anything', () => {
  it('calls are outages at their deadline, the loss is noticed within 10 s, and it comes back by itself', async () => {
    nats.signal('SIGSTOP');
    const began = performance.now();
    await expect(services.call(Echo, { text: 'a' }, newCallContext(300))).rejects.toBeInstanceOf(Outage);
    await until(away);
    expect(performance.now() - began).toBeLessThan(10_000);
    nats.signal('SIGCONT');
    await until(back);
    expect(await services.call(Echo, { text: 'b' }, newCallContext())).toEqual({ text: 'b' });
  }, ENOUGH_MS);
});

describe('Ours: the first connection', () => {
  it('is an outage when there is no NATS within the time the caller gives it', async () => {
    await nats.kill();
    await expect(Bus.connect(testIdentity('operator', nats.url), { firstConnectMs: 300 })).rejects.toMatchObject({ name: 'Outage', dependency: 'nats' });
  }, ENOUGH_MS);

  it('succeeds when NATS comes later', async () => {
    await nats.kill();
    const connecting = Bus.connect(testIdentity('operator', nats.url));
    await nats.restart();
    const bus = await connecting;
    expect(bus.connected).toBe(true);
    await bus.close();
  }, ENOUGH_MS);

  it.each([
    ['an instance that is no subject token', { instance: 'a.b' }],
    ['an instance that is too long', { instance: 'a'.repeat(33) }],
    ['a seed that is none', { seed: Buffer.from('SUAA') }],
  ])('refuses %s with a RangeError', async (_case, more) => {
    await expect(Bus.connect({ ...testIdentity('token', nats.url), ...more })).rejects.toBeInstanceOf(RangeError);
  });
});
