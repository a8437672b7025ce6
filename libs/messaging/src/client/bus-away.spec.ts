import { jest } from '@jest/globals';
import { Outage, PENDING_CALLS_MAX } from '@tessera/vocabulary';
import { Echo, SafeEcho } from '../testing/spec-contracts.js';
import { context, ended, gateway, serving } from './testing.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const turn = () => jest.advanceTimersByTimeAsync(0);

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
