import { jest } from '@jest/globals';
import { OAuthError, Outage, PENDING_CALLS_MAX } from '@tessera/vocabulary';
import type { CallContext } from '../call-context.js';
import { Incident } from '../incident.js';
import { InMemoryNetwork } from '../testing/in-memory-network.js';
import { Echo, ForeignEcho, Rang, SafeEcho, SingleEcho } from '../testing/spec-contracts.js';
import { ServiceClient } from './service-client.js';

interface Item {
  readonly id: number;
  readonly ms: number;
  readonly tp: string;
  readonly rid: string;
  readonly key?: string;
  readonly body: { readonly text: string };
}

/** The gateway with a client, and a hand-made owner that notes each frame and answers when the spec says so. */
function gateway() {
  const network = new InMemoryNetwork();
  const bus = network.join('gateway');
  const owner = network.join('token');
  const frames: { subject: string; reply: string; items: Item[] }[] = [];
  const listen = () =>
    ['echo', 'safe-echo', 'single-echo'].map((name) =>
      owner.subscribe(`token.spec.${name}.v1.*`, 'token', ({ subject, reply, payload }) => {
        const { items }: { items: Item[] } = JSON.parse(Buffer.from(payload).toString());
        frames.push({ subject, reply, items });
      }),
    );
  const respond = (reply: string, items: readonly object[]): void => owner.send(reply, Buffer.from(JSON.stringify({ v: 1, items })));
  return { network, bus, owner, frames, listen, respond, services: new ServiceClient(bus) };
}

function serving() {
  const all = gateway();
  all.listen();
  return all;
}

function context(budgetMs = 8_000, more: Partial<CallContext> = {}): CallContext {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return { requestId: 'request-1', traceparent, deadline: performance.now() + budgetMs, ...more };
}

/** How a call ended: its text, or the error. Keeps a rejection from being unhandled before the spec looks at it. */
function ended(call: Promise<{ text: string }>): Promise<string | Error> {
  return call.then(
    ({ text }) => text,
    (error: unknown) => (error instanceof Error ? error : new Error('not an error')),
  );
}

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `t${index}`);
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const turn = () => jest.advanceTimersByTimeAsync(0);

describe('Ours: decision 12, calls of one contract made in one turn travel together', () => {
  it('MUST put the calls of one turn into one frame, those of the next into another', async () => {
    const { services, frames } = serving();
    for (const text of texts(3)) void services.call(Echo, { text }, context()).catch(() => {});
    await turn();
    void services.call(Echo, { text: 'later' }, context()).catch(() => {});
    await turn();
    expect(frames.map(({ items }) => items.map(({ body }) => body.text))).toEqual([['t0', 't1', 't2'], ['later']]);
  });

  it('MUST NOT put more than 32 into one', async () => {
    const { services, frames } = serving();
    for (const text of texts(40)) void services.call(Echo, { text }, context()).catch(() => {});
    await turn();
    expect(frames.map(({ items }) => items.length)).toEqual([32, 8]);
  });

  it('MUST NOT join calls of different contracts, nor any of a contract that is not batched', async () => {
    const { services, frames } = serving();
    for (const text of texts(2)) {
      void services.call(Echo, { text }, context()).catch(() => {});
      void services.call(SingleEcho, { text }, context()).catch(() => {});
    }
    await turn();
    const shape = frames.map(({ subject, items }) => `${subject} ${items.length}`);
    expect(shape).toEqual(['token.spec.echo.v1.gateway 2', 'token.spec.single-echo.v1.gateway 1', 'token.spec.single-echo.v1.gateway 1']);
  });

  it('gives each item its own id, remaining time, span, request id and idempotency key', async () => {
    const { services, frames } = serving();
    void services.call(Echo, { text: 'a' }, context(700)).catch(() => {});
    void services.call(Echo, { text: 'b' }, context(8_000, { requestId: 'request-2', idempotencyKey: 'key-2' })).catch(() => {});
    await turn();
    const [first, second] = frames[0]?.items ?? [];
    expect(first).toMatchObject({ rid: 'request-1', body: { text: 'a' } });
    expect(first).not.toHaveProperty('key');
    expect(second).toMatchObject({ rid: 'request-2', key: 'key-2' });
    expect(first?.ms).toBeGreaterThan(600);
    expect(first?.ms).toBeLessThanOrEqual(700);
    expect(second?.ms).toBeGreaterThan(700);
    expect(second?.ms).toBeLessThanOrEqual(Echo.deadlineMs);
    expect(first?.id).not.toBe(second?.id);
    expect(new Set([first?.tp, second?.tp, context().traceparent]).size).toBe(3);
    expect(first?.tp.slice(0, 36)).toBe(context().traceparent.slice(0, 36));
  });
});

describe('I8 replies are never crossed between requests', () => {
  it('accepts outcomes in any order and in any number of frames, each for its own call', async () => {
    const { services, frames, respond } = serving();
    const calls = texts(32).map((text) => ended(services.call(Echo, { text }, context())));
    await turn();
    const [frame] = frames;
    const shuffled = [...(frame?.items ?? [])].sort((a, b) => ((a.id * 7) % 32) - ((b.id * 7) % 32));
    for (let from = 0; from < 32; from += 5) {
      respond(frame?.reply ?? '', shuffled.slice(from, from + 5).map(({ id, body }) => ({ id, ok: body })));
    }
    await turn();
    expect(await Promise.all(calls)).toEqual(texts(32));
  });

  it('MUST ignore a duplicated outcome', async () => {
    const { services, frames, respond } = serving();
    const first = ended(services.call(Echo, { text: 'a' }, context()));
    await turn();
    const [frame] = frames;
    const id = frame?.items[0]?.id;
    respond(frame?.reply ?? '', [{ id, ok: { text: 'a' } }, { id, ok: { text: 'again' } }]);
    const second = ended(services.call(Echo, { text: 'b' }, context()));
    await turn();
    respond(frame?.reply ?? '', [{ id, ok: { text: 'again' } }]);
    await turn();
    respond(frames[1]?.reply ?? '', [{ id: frames[1]?.items[0]?.id, ok: { text: 'b' } }]);
    await turn();
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  it('MUST NOT take an answer to one contract from where another one is answered', async () => {
    const { services, frames, respond } = serving();
    const victim = ended(services.call(SingleEcho, { text: 'a' }, context()));
    void services.call(Echo, { text: 'b' }, context()).catch(() => {});
    await turn();
    const echo = frames.find(({ subject }) => subject.startsWith(Echo.subject));
    const single = frames.find(({ subject }) => subject.startsWith(SingleEcho.subject));
    respond(echo?.reply ?? '', [{ id: single?.items[0]?.id, ok: { text: 'forged' } }]);
    await turn();
    respond(single?.reply ?? '', [{ id: single?.items[0]?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await victim).toBe('a');
  });

  it.each([
    ['no frame', Buffer.from('hello')],
    ['a malformed outcome', Buffer.from('{"v":1,"items":[{"id":"1","ok":{}},7]}')],
  ])('survives %s', async (_case, payload) => {
    const { services, frames, owner, respond } = serving();
    const call = ended(services.call(Echo, { text: 'a' }, context()));
    await turn();
    owner.send(frames[0]?.reply ?? '', payload);
    await turn();
    respond(frames[0]?.reply ?? '', [{ id: frames[0]?.items[0]?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await call).toBe('a');
  });
});

describe('Ours: each call ends as its own outcome says', () => {
  it.each([
    ['refusal', { refusal: { reason: 'scope.malformed', code: 'invalid_scope', description: 'x' } }, OAuthError, { reason: 'scope.malformed' }],
    ['outage', { outage: { dependency: 'postgresql' } }, Outage, { dependency: 'postgresql' }],
    ['incident', { incident: { id: 'i-1' } }, Incident, { incident: 'i-1', service: 'token' }],
    ['reply that does not fit the contract', { ok: { text: 7 } }, Incident, { service: 'gateway' }],
    ['reply of nothing', { ok: null }, Incident, { service: 'gateway' }],
    ['outcome of nothing', {}, Incident, { service: 'token' }],
  ])('%s, and a batch-mate succeeds', async (_case, outcome, type, members) => {
    const { services, frames, respond } = serving();
    const failing = ended(services.call(Echo, { text: 'a' }, context()));
    const mate = ended(services.call(Echo, { text: 'b' }, context()));
    await turn();
    const [first, second] = frames[0]?.items ?? [];
    respond(frames[0]?.reply ?? '', [{ id: first?.id, ...outcome }, { id: second?.id, ok: { text: 'b' } }]);
    await turn();
    expect(await failing).toBeInstanceOf(type);
    expect(await failing).toMatchObject(members);
    expect(await mate).toBe('b');
  });

  it('a request that cannot be encoded fails alone', async () => {
    const { services, frames, respond } = serving();
    const cyclic: { text: string; self?: unknown } = { text: 'a' };
    cyclic.self = cyclic;
    const failing = ended(services.call(Echo, cyclic, context()));
    const mate = ended(services.call(Echo, { text: 'b' }, context()));
    await turn();
    respond(frames[0]?.reply ?? '', [{ id: frames[0]?.items[0]?.id, ok: { text: 'b' } }]);
    await turn();
    expect(await failing).toBeInstanceOf(Incident);
    expect(await mate).toBe('b');
  });

  it('is a RangeError for a contract that names other callers', async () => {
    const { services, frames } = serving();
    expect(await ended(services.call(ForeignEcho, { text: 'a' }, context()))).toBeInstanceOf(RangeError);
    await turn();
    expect(frames).toEqual([]);
  });
});

describe('REL-1, NAT-5 a call ends at its deadline', () => {
  it.each([
    ['the contract’s, when the caller would wait longer', 8_000, Echo.deadlineMs],
    ['the caller’s, when that is sooner', 300, 300],
  ])('%s', async (_case, budgetMs, endsMs) => {
    const { services } = serving();
    let outcome: unknown = 'waiting';
    void ended(services.call(Echo, { text: 'a' }, context(budgetMs))).then((end) => (outcome = end));
    await jest.advanceTimersByTimeAsync(endsMs - 2);
    expect(outcome).toBe('waiting');
    await jest.advanceTimersByTimeAsync(3);
    expect(outcome).toBeInstanceOf(Outage);
    expect(outcome).toMatchObject({ dependency: 'token' });
  });

  it('is an outage at once when no time is left, and nothing is sent', async () => {
    const { services, frames } = serving();
    expect(await ended(services.call(Echo, { text: 'a' }, context(0)))).toBeInstanceOf(Outage);
    await turn();
    expect(frames).toEqual([]);
  });

  it('each call of a frame has its own', async () => {
    const { services, frames, respond } = serving();
    const hasty = ended(services.call(Echo, { text: 'a' }, context(100)));
    const patient = ended(services.call(Echo, { text: 'b' }, context()));
    await jest.advanceTimersByTimeAsync(150);
    expect(await hasty).toBeInstanceOf(Outage);
    respond(frames[0]?.reply ?? '', (frames[0]?.items ?? []).map(({ id, body }) => ({ id, ok: body })));
    await turn();
    expect(await patient).toBe('b');
  });
});

describe('Ours: decision 6, resending', () => {
  it('asks a safe contract once more when the attempt is over, with the same id, key and span', async () => {
    const { services, frames, respond } = serving();
    const call = ended(services.call(SafeEcho, { text: 'a' }, context(8_000, { idempotencyKey: 'key-1' })));
    await jest.advanceTimersByTimeAsync(SafeEcho.deadlineMs + 1);
    expect(frames).toHaveLength(2);
    const [first, second] = frames.map(({ items }) => items[0]);
    expect({ ...second, ms: 0 }).toEqual({ ...first, ms: 0 });
    expect(second?.key).toBe('key-1');
    respond(frames[1]?.reply ?? '', [{ id: second?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await call).toBe('a');
  });

  it('takes the late answer of the first attempt', async () => {
    const { services, frames, respond } = serving();
    const call = ended(services.call(SafeEcho, { text: 'a' }, context()));
    await jest.advanceTimersByTimeAsync(SafeEcho.deadlineMs + 1);
    respond(frames[0]?.reply ?? '', [{ id: frames[0]?.items[0]?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await call).toBe('a');
  });

  it('MUST NOT take a failure of the first attempt for one of the second', async () => {
    const { services, frames, respond } = serving();
    const call = ended(services.call(SafeEcho, { text: 'a' }, context()));
    await jest.advanceTimersByTimeAsync(SafeEcho.deadlineMs + 1);
    const id = frames[0]?.items[0]?.id;
    respond(frames[0]?.reply ?? '', [{ id, outage: { dependency: 'postgresql' } }]);
    respond(frames[0]?.reply ?? '', [{ id, overloaded: true }]);
    respond(frames[0]?.reply ?? '', [{ id, expired: true }]);
    await turn();
    expect(frames).toHaveLength(2);
    respond(frames[1]?.reply ?? '', [{ id, ok: { text: 'a' } }]);
    await turn();
    expect(await call).toBe('a');
  });

  it.each([
    ['a safe contract is asked twice, never three times', SafeEcho, 8_000, 2],
    ['a contract marked never is asked once', Echo, 8_000, 1],
    ['a safe contract is asked once when the caller’s time is over too', SafeEcho, SafeEcho.deadlineMs, 1],
  ])('%s', async (_case, contract, budgetMs, times) => {
    const { services, frames } = serving();
    const call = ended(services.call(contract, { text: 'a' }, context(budgetMs)));
    await jest.advanceTimersByTimeAsync(9_000);
    expect(await call).toBeInstanceOf(Outage);
    expect(frames).toHaveLength(times);
  });

  it('an item that came too late is asked again within the rule', async () => {
    const { services, frames, respond } = serving();
    const call = ended(services.call(SafeEcho, { text: 'a' }, context()));
    await turn();
    const id = frames[0]?.items[0]?.id;
    respond(frames[0]?.reply ?? '', [{ id, expired: true }]);
    await turn();
    respond(frames[1]?.reply ?? '', [{ id, expired: true }]);
    await turn();
    expect(frames).toHaveLength(2);
    expect(await call).toBeInstanceOf(Outage);
  });
});

describe('Ours: decision 12, overloaded', () => {
  it.each([
    ['never', Echo],
    ['safe', SafeEcho],
  ])('goes out once more, whatever the resend rule (%s), because nothing was begun', async (_rule, contract) => {
    const { services, frames, respond } = serving();
    const call = ended(services.call(contract, { text: 'a' }, context()));
    const mate = ended(services.call(contract, { text: 'b' }, context()));
    await turn();
    const [first, second] = frames[0]?.items ?? [];
    respond(frames[0]?.reply ?? '', [{ id: first?.id, overloaded: true }, { id: second?.id, ok: { text: 'b' } }]);
    await turn();
    expect(frames[1]?.items.map(({ id }) => id)).toEqual([first?.id]);
    respond(frames[1]?.reply ?? '', [{ id: first?.id, ok: { text: 'a' } }]);
    await turn();
    expect([await call, await mate]).toEqual(['a', 'b']);
  });

  it('is an outage the second time', async () => {
    const { services, frames, respond } = serving();
    const call = ended(services.call(Echo, { text: 'a' }, context()));
    await turn();
    const id = frames[0]?.items[0]?.id;
    respond(frames[0]?.reply ?? '', [{ id, overloaded: true }]);
    await turn();
    respond(frames[1]?.reply ?? '', [{ id, overloaded: true }]);
    await turn();
    expect(await call).toMatchObject({ name: 'Outage', dependency: 'token' });
    expect(frames).toHaveLength(2);
  });
});

describe('Ours: deploy.md §2.5, nobody is listening', () => {
  it('MUST be an outage at once, for every call of that frame and no other', async () => {
    const { services, listen, frames, respond } = gateway();
    const unheard = texts(3).map((text) => ended(services.call(Echo, { text }, context())));
    await turn();
    expect((await Promise.all(unheard)).map((error) => error instanceof Outage)).toEqual([true, true, true]);
    listen();
    const heard = ended(services.call(Echo, { text: 'a' }, context()));
    await turn();
    respond(frames[0]?.reply ?? '', [{ id: frames[0]?.items[0]?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await heard).toBe('a');
  });

  it('is an outage at once when the bus refuses the subject', async () => {
    const { services, bus } = serving();
    const call = ended(services.call(Echo, { text: 'a' }, context()));
    await turn();
    bus.become({ kind: 'permission-violation', operation: 'publish', subject: 'token.spec.echo.v1.gateway' });
    await turn();
    expect(await call).toBeInstanceOf(Outage);
  });
});

describe('F08 the bus came back a moment ago', () => {
  it.each([
    ['never', Echo],
    ['safe', SafeEcho],
  ])('says again what nobody heard, whatever the resend rule (%s), until the owner is back too', async (_rule, contract) => {
    const { services, bus, listen, frames, respond } = gateway();
    bus.become({ kind: 'disconnected' });
    const call = ended(services.call(contract, { text: 'a' }, context()));
    bus.become({ kind: 'connected' });
    await jest.advanceTimersByTimeAsync(400);
    listen();
    await jest.advanceTimersByTimeAsync(100);
    expect(frames).toHaveLength(1);
    respond(frames[0]?.reply ?? '', [{ id: frames[0]?.items[0]?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await call).toBe('a');
  });

  it('is an outage within 1.1 s when the owner stays away', async () => {
    const { services, bus } = gateway();
    bus.become({ kind: 'disconnected' });
    let outcome: unknown = 'waiting';
    void ended(services.call(Echo, { text: 'a' }, context())).then((end) => (outcome = end));
    bus.become({ kind: 'connected' });
    await jest.advanceTimersByTimeAsync(1_100);
    expect(outcome).toMatchObject({ name: 'Outage', dependency: 'token' });
  });
});

describe('F08 the bus is away', () => {
  it('holds calls and sends them when it is back, with the time that is left then', async () => {
    const { services, bus, frames, respond } = serving();
    bus.become({ kind: 'disconnected' });
    const call = ended(services.call(Echo, { text: 'a' }, context()));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(frames).toEqual([]);
    bus.become({ kind: 'connected' });
    await turn();
    expect(frames[0]?.items[0]?.ms).toBeLessThanOrEqual(Echo.deadlineMs - 1_000);
    respond(frames[0]?.reply ?? '', [{ id: frames[0]?.items[0]?.id, ok: { text: 'a' } }]);
    await turn();
    expect(await call).toBe('a');
  });

  it.each([
    ['never', Echo],
    ['safe', SafeEcho],
  ])('MUST drop held calls when their time is over (%s), within 3 s', async (_rule, contract) => {
    const { services, bus, frames } = serving();
    bus.become({ kind: 'disconnected' });
    const call = ended(services.call(contract, { text: 'a' }, context()));
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await call).toMatchObject({ name: 'Outage', dependency: 'nats' });
    bus.become({ kind: 'connected' });
    await turn();
    expect(frames).toEqual([]);
  });

  it('MUST send in-flight calls of safe contracts again and no others', async () => {
    const { services, bus, frames, respond } = serving();
    const safe = ended(services.call(SafeEcho, { text: 'safe' }, context()));
    const never = ended(services.call(Echo, { text: 'never' }, context()));
    await turn();
    bus.become({ kind: 'disconnected' });
    bus.become({ kind: 'connected' });
    await turn();
    expect(frames.map(({ items }) => items.map(({ body }) => body.text))).toEqual([['safe'], ['never'], ['safe']]);
    respond(frames[2]?.reply ?? '', [{ id: frames[2]?.items[0]?.id, ok: { text: 'safe' } }]);
    // The answer to what was sent before the cut may still come.
    respond(frames[1]?.reply ?? '', [{ id: frames[1]?.items[0]?.id, ok: { text: 'never' } }]);
    await turn();
    expect([await safe, await never]).toEqual(['safe', 'never']);
  });

  it('I12 holds a bounded number of calls', async () => {
    const { services, bus } = serving();
    bus.become({ kind: 'disconnected' });
    const held = Array.from({ length: PENDING_CALLS_MAX }, () => ended(services.call(Echo, { text: 'a' }, context())));
    expect(await ended(services.call(Echo, { text: 'one more' }, context()))).toBeInstanceOf(Outage);
    await jest.advanceTimersByTimeAsync(3_000);
    expect((await Promise.all(held)).every((error) => error instanceof Outage)).toBe(true);
  });

  it('ends what waits when the connection is closed for good', async () => {
    const { services, bus } = serving();
    const call = ended(services.call(SafeEcho, { text: 'a' }, context()));
    await turn();
    bus.become({ kind: 'closed' });
    await turn();
    expect(await call).toMatchObject({ name: 'Outage', dependency: 'nats' });
  });
});

describe('Ours: decision 6, events', () => {
  it('are published on their subject by their owner only', async () => {
    const { network, services } = gateway();
    new ServiceClient(network.join('key-management')).publish(Rang, { text: 'ding' });
    await turn();
    expect(network.sent).toEqual([{ subject: Rang.subject, reply: undefined, payload: '{"v":1,"items":[{"body":{"text":"ding"}}]}' }]);
    expect(() => services.publish(Rang, { text: 'dong' })).toThrow(RangeError);
  });

  it('are lost without a connection, and nobody is told', async () => {
    const { network } = gateway();
    const owner = network.join('key-management');
    const services = new ServiceClient(owner);
    owner.become({ kind: 'disconnected' });
    services.publish(Rang, { text: 'ding' });
    owner.become({ kind: 'connected' });
    await turn();
    expect(network.sent).toEqual([]);
  });
});
