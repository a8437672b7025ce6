import { silentLogger } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import { untilAvailable } from './until-available.js';

const options = () => {
  const pauses: number[] = [];
  return { pauses, logger: silentLogger, signal: new AbortController().signal, pause: async (ms: number) => void pauses.push(ms) };
};

describe('Ours: a process waits for its dependencies, in any order', () => {
  it('repeats with growing pauses while the dependency is away', async () => {
    const given = options();
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      if (attempts < 6) throw new Outage('postgresql', 'refused');
      return 'connected';
    };
    await expect(untilAvailable(attempt, given)).resolves.toBe('connected');
    expect(given.pauses).toEqual([200, 400, 800, 1600, 2000]);
  });

  it('does not repeat what is a fault of ours', async () => {
    await expect(untilAvailable(() => Promise.reject(new TypeError('bug')), options())).rejects.toThrow('bug');
  });

  it.each<[string, () => Promise<never>, (ms: number) => Promise<void>]>([
    ['an attempt that never ends', () => new Promise<never>(() => {}), async () => {}],
    ['a pause', () => Promise.reject(new Outage('nats', 'away')), () => new Promise<void>(() => {})],
  ])('a stop does not wait for %s', async (_case, attempt, pause) => {
    const controller = new AbortController();
    const waiting = untilAvailable(attempt, { logger: silentLogger, signal: controller.signal, pause });
    controller.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
  });

  it('tells what it waits for at first, and then once in fifteen attempts', async () => {
    const told: unknown[] = [];
    const logger = { ...silentLogger, warn: (_message: string, fields?: { attempt?: unknown }) => void told.push(fields?.attempt) };
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      if (attempts < 40) throw new Outage('redis', 'refused');
    };
    await untilAvailable(attempt, { ...options(), logger });
    expect(told).toEqual([1, 16, 31]);
  });

  it('ends when a stop is asked for', async () => {
    const controller = new AbortController();
    const attempt = async () => {
      controller.abort(new Error('stop'));
      throw new Outage('nats', 'away');
    };
    await expect(untilAvailable(attempt, { ...options(), signal: controller.signal })).rejects.toThrow('stop');
  });
});
