import { StandingClock } from '../testing.js';
import { FailedAuthentications, type SharedCounts } from './failed-authentications.js';
import { FailureWindow } from './failure-window.js';

const MINUTE_MS = 60_000;

/** A store that several processes share; `away` makes it an outage. */
class SharedStore implements SharedCounts {
  readonly counts = new Map<string, number>();
  away = false;
  add(key: string, more: number, counted: (count: number) => void): void {
    if (this.away) return;
    const count = (this.counts.get(key) ?? 0) + more;
    this.counts.set(key, count);
    counted(count);
  }
}

function limiter(store = new SharedStore(), clock = new StandingClock()) {
  const failures = new FailedAuthentications({ perClient: 3, perSource: 10 }, store, clock);
  return {
    clock,
    fail: (source: string, clientId: string | null, times = 1) => {
      for (let time = 0; time < times; time += 1) failures.failed(source, clientId);
    },
    wait: (source: string, clientId: string | null) => failures.secondsToWait(source, () => clientId),
    failures,
  };
}

describe('CLI-10 failed authentications are limited by client and source', () => {
  it('lets a client try until the limit, then tells it how long to wait', () => {
    const { fail, wait, clock } = limiter();
    fail('203.0.113.7', 'a', 2);
    expect(wait('203.0.113.7', 'a')).toBe(0);
    fail('203.0.113.7', 'a');
    clock.advance(15_000);
    expect(wait('203.0.113.7', 'a')).toBe(45);
  });

  it('MUST NOT lock the client out from another address, nor another client from the same one', () => {
    const { fail, wait } = limiter();
    fail('203.0.113.7', 'a', 5);
    expect(wait('198.51.100.1', 'a')).toBe(0);
    expect(wait('203.0.113.7', 'b')).toBe(0);
  });

  it('limits a source that tries one client after the other', () => {
    const { fail, wait } = limiter();
    for (let client = 0; client < 10; client += 1) fail('203.0.113.7', `client-${client}`);
    expect(wait('203.0.113.7', 'one-more')).toBe(60);
    expect(wait('203.0.113.7', null)).toBe(60);
    expect(wait('198.51.100.1', 'client-0')).toBe(0);
  });

  it('forgets after a minute', () => {
    const { fail, wait, clock } = limiter();
    fail('203.0.113.7', 'a', 3);
    clock.advance(MINUTE_MS);
    expect(wait('203.0.113.7', 'a')).toBe(0);
  });

  it('treats an IPv6 /64 as one source, since one attacker has all of it', () => {
    const { fail, wait } = limiter();
    fail('2001:db8:0:1::1', 'a');
    fail('2001:db8:0:1:ffff::2', 'a');
    fail('2001:db8::1:0:0:0:3', 'a');
    expect(wait('2001:db8:0:1::9', 'a')).toBe(60);
    expect(wait('2001:db8:0:2::9', 'a')).toBe(0);
  });
});

describe('Ours: while nobody has to wait, a request costs two comparisons', () => {
  it('does not even ask who the client is', () => {
    const { failures, fail } = limiter();
    fail('203.0.113.7', 'a', 2);
    expect(
      failures.secondsToWait('203.0.113.7', () => {
        throw new Error('the client was read');
      }),
    ).toBe(0);
  });
});

describe('EDG-8 an outage of the limiter store switches to per-process limits, not to none', () => {
  it('counts over all processes while the store is there', () => {
    const store = new SharedStore();
    const [here, there] = [limiter(store), limiter(store)];
    here.fail('203.0.113.7', 'a', 2);
    there.fail('203.0.113.7', 'a');
    expect(there.wait('203.0.113.7', 'a')).toBe(60);
  });

  it('counts in the process when the store is away', () => {
    const store = new SharedStore();
    store.away = true;
    const { fail, wait } = limiter(store);
    fail('203.0.113.7', 'a', 3);
    expect(wait('203.0.113.7', 'a')).toBe(60);
  });

  it('keeps no client id and no address in the store', () => {
    const store = new SharedStore();
    limiter(store).fail('203.0.113.7', 's6BhdRkqt3');
    expect([...store.counts.keys()].join()).not.toMatch(/203|s6Bhd/);
    expect(store.counts.size).toBe(2);
  });
});

describe('I12 the counts of a process are bounded', () => {
  it('makes room by the oldest key', () => {
    const window = new FailureWindow(new StandingClock(), 1, 3);
    for (const key of ['a', 'b', 'c', 'd']) window.add(key);
    expect(['a', 'b', 'c', 'd'].map((key) => window.secondsToWait(key))).toEqual([0, 60, 60, 60]);
  });
});
