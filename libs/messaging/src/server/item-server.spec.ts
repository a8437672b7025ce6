import { jest } from '@jest/globals';
import type { Logger } from '@tessera/observability';
import { OAuthError, Outage } from '@tessera/vocabulary';
import type { ServedCall } from '../call-context.js';
import { InMemoryNetwork } from '../testing/in-memory-network.js';
import { Echo } from '../testing/spec-contracts.js';
import { ItemServer } from './item-server.js';
import { type EventLoop, nodeEventLoop } from './turn-queue.js';

type Handler = (request: { text: string }, call: ServedCall) => Promise<unknown>;

interface Outcome {
  readonly id: number;
  readonly [member: string]: unknown;
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function item(id: number, more: Record<string, unknown> = {}) {
  return { id, ms: 2_500, tp: TRACEPARENT, rid: 'request-1', body: { text: `t${id}` }, ...more };
}

/** token with one handler, and a hand-made gateway that sends frames and notes what comes back. */
function token(handler: Handler, inflightMax = 100, loop: EventLoop = nodeEventLoop) {
  const network = new InMemoryNetwork();
  const bus = network.join('token');
  const gateway = network.join('gateway');
  const lines: { message: string; fields: unknown }[] = [];
  const note = (message: string, fields?: unknown) => void lines.push({ message, fields });
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const server = new ItemServer(bus, { inflightMax, logger, metrics: undefined, loop });
  bus.subscribe(`${Echo.subject}.*`, 'token', server.serve(Echo, handler));
  const replies: { subject: string; items: Outcome[] }[] = [];
  gateway.subscribe('_INBOX.gateway.g1.*', null, ({ subject, payload }) => {
    const { items }: { items: Outcome[] } = JSON.parse(Buffer.from(payload).toString());
    replies.push({ subject, items });
  });
  const send = (items: readonly unknown[], caller = 'gateway', frame = 1) =>
    gateway.send(`${Echo.subject}.${caller}`, Buffer.from(JSON.stringify({ v: 1, items })), `_INBOX.gateway.g1.${frame}`);
  const outcomes = () => replies.flatMap(({ items }) => items);
  return { network, bus, gateway, server, lines, replies, send, outcomes };
}

function held() {
  const releases: (() => void)[] = [];
  return { until: () => new Promise<void>((resolve) => releases.push(resolve)), release: () => releases.splice(0).forEach((go) => go()) };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const turn = () => jest.advanceTimersByTimeAsync(0);

describe('Ours: decision 12, no item waits for a batch-mate', () => {
  it('answers at the end of a turn with whatever is ready, the rest when it is', async () => {
    const gate = held();
    const { send, replies } = token(async ({ text }) => {
      if (text === 't1') await gate.until();
      return { text };
    });
    send([item(0), item(1), item(2)]);
    await turn();
    expect(replies.map(({ items }) => items)).toEqual([[{ id: 0, ok: { text: 't0' } }, { id: 2, ok: { text: 't2' } }]]);
    gate.release();
    await turn();
    expect(replies[1]).toEqual({ subject: '_INBOX.gateway.g1.1', items: [{ id: 1, ok: { text: 't1' } }] });
  });

  it('one throws and 31 succeed', async () => {
    const { send, outcomes } = token(async ({ text }) => {
      if (text === 't17') throw new Error('bug');
      return { text };
    });
    send(Array.from({ length: 32 }, (_, id) => item(id)));
    await turn();
    const failed = outcomes().filter((outcome) => !('ok' in outcome));
    expect(outcomes()).toHaveLength(32);
    expect(failed).toEqual([{ id: 17, incident: { id: expect.any(String) } }]);
  });

  it('answers each frame where it asks for its answer', async () => {
    const { send, replies } = token(async ({ text }) => ({ text }));
    send([item(0)], 'gateway', 7);
    send([item(0)], 'gateway', 8);
    await turn();
    expect(replies.map(({ subject }) => subject)).toEqual(['_INBOX.gateway.g1.7', '_INBOX.gateway.g1.8']);
  });

  it('a reply that cannot be encoded becomes an incident, and its mates arrive', async () => {
    const { send, outcomes, lines } = token(async ({ text }) => (text === 't0' ? { text: 1n } : { text }));
    send([item(0), item(1)]);
    await turn();
    expect(outcomes()).toEqual(expect.arrayContaining([{ id: 1, ok: { text: 't1' } }, { id: 0, incident: { id: expect.any(String) } }]));
    expect(lines).toMatchObject([{ message: 'a reply cannot be sent' }]);
  });

  it('a handler that returns nothing is answered with null', async () => {
    const { send, outcomes } = token(async () => undefined);
    send([item(0)]);
    await turn();
    expect(outcomes()).toEqual([{ id: 0, ok: null }]);
  });
});

describe('NAT-5 an expired item is not run', () => {
  it('neither on arrival nor after it had to wait for its turn', async () => {
    const run: string[] = [];
    let nowMs = 0;
    const works5ms: Handler = async ({ text }) => {
      run.push(text);
      nowMs += 5;
      return { text };
    };
    const { send, outcomes } = token(works5ms, 100, { ...nodeEventLoop, monotonicMs: () => nowMs });
    send([item(0, { ms: 0 }), item(1), item(2, { ms: 4 }), item(3)]);
    // An immediate asked for by an immediate fires with the next millisecond of the faked time.
    await jest.advanceTimersByTimeAsync(5);
    expect(run).toEqual(['t1', 't3']);
    expect(outcomes().filter(({ expired }) => expired === true).map(({ id }) => id)).toEqual([0, 2]);
  });

  it('gives the handler the instant of this process until which its caller waits', async () => {
    const calls: ServedCall[] = [];
    const { send } = token(async ({ text }, call) => {
      calls.push(call);
      return { text };
    });
    const before = performance.now();
    send([item(0, { ms: 700, key: 'key-1' }), item(1, { ms: 900 })]);
    await turn();
    expect(calls).toEqual([
      { requestId: 'request-1', traceparent: TRACEPARENT, caller: 'gateway', deadline: before + 700, idempotencyKey: 'key-1' },
      { requestId: 'request-1', traceparent: TRACEPARENT, caller: 'gateway', deadline: before + 900, idempotencyKey: null },
    ]);
  });
});

describe('NAT-6 a frame that arrives twice', () => {
  it('MUST reach the handler both times with the same idempotency key, by which it redeems once', async () => {
    const redeemed = new Map<string, string>();
    let redemptions = 0;
    const { send, outcomes } = token(async ({ text }, { idempotencyKey }) => {
      const key = idempotencyKey ?? 'none';
      const known = redeemed.get(key);
      if (known !== undefined) return { text: known };
      redemptions += 1;
      redeemed.set(key, `${text} redeemed`);
      return { text: `${text} redeemed` };
    });
    const frame = [item(0, { key: 'redemption-0' }), item(1, { key: 'redemption-1' })];
    send(frame);
    send(frame);
    await turn();
    expect(redemptions).toBe(2);
    expect(outcomes().map(({ id, ok }) => [id, ok])).toEqual([
      [0, { text: 't0 redeemed' }],
      [1, { text: 't1 redeemed' }],
      [0, { text: 't0 redeemed' }],
      [1, { text: 't1 redeemed' }],
    ]);
  });
});

describe('Ours: decision 12, in-flight items are capped', () => {
  it('answers `overloaded` above the cap, at once, and has room again afterwards', async () => {
    const gate = held();
    const { send, outcomes, server } = token(async ({ text }) => {
      await gate.until();
      return { text };
    }, 2);
    send([item(0), item(1), item(2), item(3)]);
    await turn();
    expect(outcomes()).toEqual([{ id: 2, overloaded: true }, { id: 3, overloaded: true }]);
    expect(server.inflight).toBe(2);
    gate.release();
    await turn();
    expect(server.inflight).toBe(0);
    send([item(4)]);
    await turn();
    gate.release();
    await turn();
    expect(outcomes().at(-1)).toEqual({ id: 4, ok: { text: 't4' } });
  });
});

describe('Ours: what a handler throws', () => {
  it.each<[string, Error, object, string[]]>([
    ['a refusal', new OAuthError('scope.malformed'), { refusal: { reason: 'scope.malformed', code: 'invalid_scope' } }, []],
    ['an outage', new Outage('postgresql', 'gone'), { outage: { dependency: 'postgresql' } }, ['a handler lacked something']],
    ['a bug', new Error('outer', { cause: new Error('inner') }), { incident: { id: expect.any(String) } }, ['a handler failed']],
  ])('%s', async (_case, thrown, outcome, messages) => {
    const { send, outcomes, lines } = token(async () => {
      throw thrown;
    });
    send([item(0)]);
    await turn();
    expect(outcomes()).toMatchObject([{ id: 0, ...outcome }]);
    expect(lines.map(({ message }) => message)).toEqual(messages);
  });

  it('logs a bug with its cause chain under the incident id that goes out', async () => {
    const bug = new Error('outer', { cause: new Error('inner') });
    const { send, outcomes, lines } = token(async () => {
      throw bug;
    });
    send([item(0)]);
    await turn();
    const [line] = lines;
    expect(line?.fields).toMatchObject({ error: bug, requestId: 'request-1', traceparent: TRACEPARENT, subject: Echo.subject, source: 'gateway' });
    expect(outcomes()).toMatchObject([{ incident: { id: (line?.fields as { incident: string }).incident } }]);
  });
});

describe('NAT-4 the receiver parses and looks itself', () => {
  it('a request that does not fit the contract is an incident, and no value of it is logged', async () => {
    const { send, outcomes, lines } = token(async ({ text }) => ({ text }));
    send([item(0, { body: { text: { secret: 'planted' } } }), item(1)]);
    await turn();
    expect(outcomes()).toMatchObject([{ id: 0, incident: {} }, { id: 1, ok: { text: 't1' } }]);
    expect(lines).toMatchObject([{ fields: { error: { message: 'the request does not fit: text: invalid_type' } } }]);
  });

  it.each([
    ['no id', { ms: 1 }],
    ['an instant instead of milliseconds', item(0, { ms: '2026-01-01' })],
    ['a traceparent of another length', item(0, { tp: '00-1-2-01' })],
    ['no request id', item(0, { rid: '' })],
    ['too long an idempotency key', item(0, { key: 'k'.repeat(129) })],
    ['no object', 7],
  ])('a malformed item (%s) is not run and fails alone', async (_case, malformed) => {
    const run: string[] = [];
    const { send, outcomes } = token(async ({ text }) => {
      run.push(text);
      return { text };
    });
    send([malformed, item(1)]);
    await turn();
    expect(run).toEqual(['t1']);
    expect(outcomes()).toContainEqual({ id: 1, ok: { text: 't1' } });
    expect(outcomes().filter(({ id }) => id === 0).every((outcome) => 'incident' in outcome)).toBe(true);
  });

  it.each([
    ['a caller the contract does not name', 'authorization', [item(0)]],
    ['nobody we know', 'mallory', [item(0)]],
    ['too many items', 'gateway', Array.from({ length: 33 }, (_, id) => item(id))],
  ])('a frame of %s is not run at all', async (_case, caller, items) => {
    const run: string[] = [];
    const { send, outcomes, lines } = token(async ({ text }) => {
      run.push(text);
      return { text };
    });
    send(items, caller);
    await turn();
    expect([run, outcomes()]).toEqual([[], []]);
    expect(lines).toMatchObject([{ message: 'refused a frame' }]);
  });
});

describe('F08 the bus is away when the outcome is ready', () => {
  it('holds the outcome while its caller waits, and sends it when the bus is back', async () => {
    const gate = held();
    const { send, outcomes, bus } = token(async ({ text }) => {
      await gate.until();
      return { text };
    });
    send([item(0, { ms: 100 }), item(1)]);
    await turn();
    bus.become({ kind: 'disconnected' });
    gate.release();
    await turn();
    await jest.advanceTimersByTimeAsync(200);
    bus.become({ kind: 'connected' });
    await turn();
    expect(outcomes().map(({ id }) => id)).toContain(1);
  });

  it('MUST forget outcomes nobody waits for any more', async () => {
    const gate = held();
    const { send, outcomes, bus } = token(async ({ text }) => {
      if (text !== 't9') await gate.until();
      return { text };
    });
    send([item(0, { ms: 100 }), item(1)]);
    await turn();
    bus.become({ kind: 'disconnected' });
    await jest.advanceTimersByTimeAsync(200);
    gate.release();
    await turn();
    bus.become({ kind: 'connected' });
    await turn();
    expect(outcomes().map(({ id }) => id)).toEqual([1]);
  });
});
