import { Metrics } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import { Bus } from './bus.js';
import { type CallContext, newCallContext } from './call-context.js';
import { ServiceClient } from './client/service-client.js';
import { unpackFrame } from './frame.js';
import { NatsServer, type Serving, serving, testIdentity, transportServing } from './testing/index.js';
import { Echo } from './testing/spec-contracts.js';

const ENOUGH_MS = 60_000;

let nats: NatsServer;
const running: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
});

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

afterAll(async () => {
  await nats.stop();
});

async function connected(service: 'gateway' | 'token'): Promise<Bus> {
  const bus = await Bus.connect(testIdentity(service, nats.url));
  running.push(bus);
  return bus;
}

async function replica(servings: readonly Serving[], inflightMax = 1_000) {
  const transport = await transportServing(await connected('token'), servings, { inflightMax });
  running.push(transport);
  return transport;
}

async function client(): Promise<ServiceClient> {
  return new ServiceClient(await connected('gateway'));
}

/** A promise the spec keeps until it lets go: a handler that hangs as long as we like. */
function gate() {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

/** Patient enough for handlers that hang over the whole spec. */
function patient(): CallContext {
  return newCallContext(ENOUGH_MS);
}

describe('NAT-5 an expired item is not run', () => {
  it('not even once, although its frame arrives', async () => {
    const run: string[] = [];
    await replica([
      serving(Echo, ({ text }) => {
        run.push(text);
        return { text };
      }),
    ]);
    const gateway = await connected('gateway');
    const inbox = `_INBOX.gateway.${gateway.instance}.1`;
    const reply = new Promise((resolve) => gateway.subscribe(inbox, null, ({ payload }) => resolve(unpackFrame(payload))));
    const { traceparent: tp, requestId: rid } = newCallContext();
    const items = [0, 2_000].map((ms, id) => ({ id, ms, tp, rid, body: { text: `t${id}` } }));
    gateway.send(`${Echo.subject}.gateway`, Buffer.from(JSON.stringify({ v: 1, items })), inbox);
    expect(await reply).toEqual([{ id: 0, expired: true }, { id: 1, ok: { text: 't1' } }]);
    expect(run).toEqual(['t1']);
  });
});

describe('Ours: decision 12, overloaded goes to another replica once', () => {
  it('what one replica turns away the other serves, and what is turned away twice is an outage', async () => {
    const hang = gate();
    const hanging = serving(Echo, async ({ text }) => {
      await hang.passed;
      return { text };
    });
    const metrics = new Metrics('token');
    const busy = await transportServing(await connected('token'), [hanging], { inflightMax: 1, metrics });
    running.push(busy);
    const services = await client();
    const holding = services.call(Echo, { text: 'holding' }, patient());
    await until(() => busy.inflight === 1);
    await replica([serving(Echo, ({ text }) => ({ text: `free ${text}` }))]);
    // One call per turn: NATS gives each frame to either replica.
    let served = 0;
    let refused = 0;
    for (let turn = 0; turn < 64; turn += 1) {
      const outcome = await services.call(Echo, { text: 'a' }, newCallContext()).catch((error: unknown) => error);
      if (outcome instanceof Outage) refused += 1;
      else served += Number((outcome as { text: string }).text === 'free a');
    }
    const turnedAway = Number(/outcome="overloaded",[^}]*} (\d+)/.exec(await metrics.exposition())?.[1]);
    expect(served + refused).toBe(64);
    // Twice for each refused call, once for each that the other replica then served: at least one of 64, and never a third time.
    expect(turnedAway - 2 * refused).toBeGreaterThan(0);
    expect(turnedAway - 2 * refused).toBeLessThanOrEqual(served);
    hang.open();
    expect(await holding).toEqual({ text: 'holding' });
  }, ENOUGH_MS);
});

describe('Ours: no responders', () => {
  it('MUST be an outage at once, not at the deadline', async () => {
    const services = await client();
    const began = performance.now();
    await expect(services.call(Echo, { text: 'a' }, newCallContext())).rejects.toBeInstanceOf(Outage);
    expect(performance.now() - began).toBeLessThan(Echo.deadlineMs / 2);
  });
});

describe('NAT-6 handlers use queue groups', () => {
  it('each item is served by one of two replicas, and both have their share', async () => {
    const served = [0, 0];
    const counting = (index: number) =>
      serving(Echo, ({ text }) => {
        served[index] = (served[index] ?? 0) + 1;
        return { text };
      });
    await replica([counting(0)]);
    await replica([counting(1)]);
    const services = await client();
    for (let turn = 0; turn < 200; turn += 1) await services.call(Echo, { text: 'a' }, newCallContext());
    expect((served[0] ?? 0) + (served[1] ?? 0)).toBe(200);
    expect(Math.min(...served)).toBeGreaterThan(20);
  }, ENOUGH_MS);
});

/** Waits on a condition, bounded by the spec's own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
