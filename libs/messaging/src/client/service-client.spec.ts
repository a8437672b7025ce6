import { jest } from '@jest/globals';
import { Metrics } from '@tessera/observability';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { Incident } from '../incident.js';
import { Echo, ForeignEcho, Rang, SingleEcho } from '../testing/spec-contracts.js';
import { ServiceClient } from './service-client.js';
import { context, ended, gateway, serving, texts } from './testing.js';

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

describe('Ours: calls are counted by subject and outcome', () => {
  it('as Prometheus reads them', async () => {
    const { bus, listen, frames, respond } = gateway();
    const metrics = new Metrics('gateway');
    const services = new ServiceClient(bus, { metrics });
    void ended(services.call(SingleEcho, { text: 'unheard' }, context()));
    await turn();
    listen();
    for (const text of texts(3)) void ended(services.call(Echo, { text }, context()));
    await turn();
    const [{ id: first } = { id: 0 }, ...others] = frames[0]?.items ?? [];
    respond(frames[0]?.reply ?? '', [{ id: first, incident: { id: 'i-1' } }, ...others.map(({ id, body }) => ({ id, ok: body }))]);
    await turn();
    const exposition = await metrics.exposition();
    for (const [subject, outcome, count] of [
      [Echo.subject, 'ok', 2],
      [Echo.subject, 'incident', 1],
      [SingleEcho.subject, 'no_responders', 1],
    ]) {
      expect(exposition).toContain(`tessera_bus_calls_total{subject="${subject}",outcome="${outcome}",process="gateway"} ${count}`);
    }
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
