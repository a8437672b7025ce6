import { jest } from '@jest/globals';
import { Outage } from '@tessera/vocabulary';
import { Echo, SafeEcho } from '../testing/spec-contracts.js';
import { context, ended, gateway, serving, texts } from './testing.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const turn = () => jest.advanceTimersByTimeAsync(0);

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

describe('Ours: nobody is listening', () => {
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
