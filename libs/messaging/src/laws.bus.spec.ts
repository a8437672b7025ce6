import { Bus } from './bus.js';
import { type CallContext, newCallContext, type ServedCall } from './call-context.js';
import { ServiceClient } from './client/service-client.js';
import { unpackFrame } from './frame.js';
import { busPermissions, natsServerConfig } from './permissions/index.js';
import { NatsServer, type Serving, serving, testIdentity, testNkey, testNkeys, transportServing } from './testing/index.js';
import { Echo, SafeEcho } from './testing/spec-contracts.js';

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

function p99(latenciesMs: readonly number[]): number {
  return [...latenciesMs].sort((a, b) => a - b)[Math.floor(latenciesMs.length * 0.99)] ?? NaN;
}

/** Deterministic disorder (mulberry32), so that a failure can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('Ours: decision 12, law 1: one of 32 items hangs and the p99 of the others moves by less than 10 ms', () => {
  const Hanging = { ...Echo, deadlineMs: ENOUGH_MS };

  it('while it hangs, over 100 frames of each kind taken in turns', async () => {
    const hang = gate();
    await replica([
      serving(Hanging, async ({ text }) => {
        if (text === 'hangs') await hang.passed;
        return { text };
      }),
    ]);
    const services = await client();
    const round = async (first: string): Promise<{ latenciesMs: number[]; hanging: Promise<{ text: string }> }> => {
      const hanging = services.call(Hanging, { text: first }, patient());
      const latenciesMs = await Promise.all(
        Array.from({ length: 31 }, async (_, index) => {
          const began = performance.now();
          await services.call(Hanging, { text: `t${index}` }, patient());
          return performance.now() - began;
        }),
      );
      return { latenciesMs, hanging };
    };
    for (let warmUp = 0; warmUp < 50; warmUp += 1) await round('quick');
    const quick: number[] = [];
    const beside: number[] = [];
    const hanging: Promise<{ text: string }>[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      quick.push(...(await round('quick')).latenciesMs);
      const disturbed = await round('hangs');
      beside.push(...disturbed.latenciesMs);
      hanging.push(disturbed.hanging);
    }
    expect(p99(beside) - p99(quick)).toBeLessThan(10);
    hang.open();
    expect(new Set((await Promise.all(hanging)).map(({ text }) => text))).toEqual(new Set(['hangs']));
  }, ENOUGH_MS);
});

describe('Ours: decision 12, law 2: one throws and 31 succeed', () => {
  it('in one frame', async () => {
    await replica([
      serving(Echo, ({ text }) => {
        if (text === 't17') throw new Error('bug');
        return { text };
      }),
    ]);
    const services = await client();
    const outcomes = await Promise.allSettled(Array.from({ length: 32 }, (_, index) => services.call(Echo, { text: `t${index}` }, newCallContext())));
    const failed = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [index] : []));
    expect(failed).toEqual([17]);
    expect(outcomes[17]).toMatchObject({ reason: { name: 'Incident', service: 'token' } });
  });
});

describe('Ours: decision 12, law 3: replies in random order, in several frames and duplicated never cross requests', () => {
  it('for 3,000 calls', async () => {
    const random = seeded(20_260_101);
    const token = await connected('token');
    token.subscribe(`${Echo.subject}.*`, 'token', ({ payload, reply }) => {
      const answers = (unpackFrame(payload) ?? []).map((item) => {
        const { id, body } = item as { id: number; body: unknown };
        return { id, ok: body };
      });
      const twice = [...answers, ...answers].sort(() => random() - 0.5);
      while (twice.length > 0) {
        const items = twice.splice(0, 1 + Math.floor(random() * 7));
        token.send(reply, Buffer.from(JSON.stringify({ v: 1, items })));
      }
    });
    await token.flush();
    const services = await client();
    const answers: string[] = [];
    const asker = async (name: string): Promise<void> => {
      for (let turn = 0; turn < 100; turn += 1) {
        const wanted = `${name}.${turn}`;
        const { text } = await services.call(Echo, { text: wanted }, newCallContext());
        answers.push(text === wanted ? 'own' : `${wanted} got ${text}`);
      }
    };
    await Promise.all(Array.from({ length: 30 }, (_, index) => asker(`asker ${index}`)));
    expect(answers).toHaveLength(3_000);
    expect(new Set(answers)).toEqual(new Set(['own']));
  }, ENOUGH_MS);
});

describe('Ours: decision 12, law 4: a frame received twice redeems once', () => {
  it('MUST hand both to the handler with the same idempotency key, by which it decides', async () => {
    const redeemed = new Map<string, string>();
    const keys: (string | null)[] = [];
    const redeem = ({ text }: { text: string }, { idempotencyKey }: ServedCall): { text: string } => {
      keys.push(idempotencyKey);
      const key = idempotencyKey ?? 'none';
      const known = redeemed.get(key) ?? `${text} as number ${redeemed.size + 1}`;
      redeemed.set(key, known);
      return { text: known };
    };
    const transport = await replica([serving(SafeEcho, redeem)]);
    const gateway = await connected('gateway');
    const replies: unknown[] = [];
    const inbox = `_INBOX.gateway.${gateway.instance}.1`;
    const answered = new Promise<void>((resolve) => {
      gateway.subscribe(inbox, null, ({ payload }) => {
        replies.push(...(unpackFrame(payload) ?? []));
        if (replies.length === 4) resolve();
      });
    });
    const { traceparent: tp, requestId: rid } = newCallContext();
    const items = ['one', 'two'].map((text, id) => ({ id, ms: 2_000, tp, rid, key: `redemption-${text}`, body: { text } }));
    const frame = Buffer.from(JSON.stringify({ v: 1, items }));
    gateway.send(`${SafeEcho.subject}.gateway`, frame, inbox);
    gateway.send(`${SafeEcho.subject}.gateway`, frame, inbox);
    await answered;
    expect(keys).toEqual(['redemption-one', 'redemption-two', 'redemption-one', 'redemption-two']);
    expect(redeemed.size).toBe(2);
    expect(replies).toEqual([
      { id: 0, ok: { text: 'one as number 1' } },
      { id: 1, ok: { text: 'two as number 2' } },
      { id: 0, ok: { text: 'one as number 1' } },
      { id: 1, ok: { text: 'two as number 2' } },
    ]);
    expect(transport.inflight).toBe(0);
  });
});

describe('Ours: decision 12, law 5: a reload of NATS under load loses none', () => {
  it('over 10 reloads that add and remove nkeys', async () => {
    const known = testNkeys();
    const base = Object.fromEntries(Object.entries(known).map(([service, { publicKey }]) => [service, [publicKey]]));
    const spec = { subject: Echo.subject, owner: Echo.owner, callers: Echo.callers };
    const permissions = busPermissions({ requests: [spec], events: [] });
    const secured = await NatsServer.start((port) => natsServerConfig({ port, permissions, nkeys: base }));
    try {
      const token = await Bus.connect(testIdentity('token', secured.url, known.token.seed));
      const gateway = await Bus.connect(testIdentity('gateway', secured.url, known.gateway.seed));
      running.push(token, gateway);
      running.push(await transportServing(token, [serving(Echo, ({ text }) => ({ text }))]));
      const services = new ServiceClient(gateway);
      let reloading = true;
      let answered = 0;
      const asker = async (): Promise<void> => {
        while (reloading) {
          await services.call(Echo, { text: 'a' }, newCallContext());
          answered += 1;
        }
      };
      const load = Promise.all(Array.from({ length: 32 }, asker));
      for (let turn = 0; turn < 10; turn += 1) {
        await until(() => answered >= turn * 500);
        const operator = turn % 2 === 0 ? [known.operator.publicKey, testNkey().publicKey] : [known.operator.publicKey];
        await secured.reload((port) => natsServerConfig({ port, permissions, nkeys: { ...base, operator } }));
      }
      await until(() => answered >= 5_000);
      reloading = false;
      await load;
      expect(answered).toBeGreaterThanOrEqual(5_000);
      expect([token.permissionViolations, gateway.permissionViolations]).toEqual([0, 0]);
    } finally {
      for (const one of running.splice(0).reverse()) await one.close();
      await secured.stop();
    }
  }, ENOUGH_MS);
});

/** Waits on a condition, bounded by the spec's own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
