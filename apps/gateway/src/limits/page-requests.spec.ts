import { RunningEdge, StandingClock } from '../testing.js';
import type { SharedCounts } from './failed-authentications.js';
import { PageRequests } from './page-requests.js';

const MINUTE_MS = 60_000;

/** A store that several processes share; `away` makes it an outage. */
class SharedStore implements SharedCounts {
  readonly counts = new Map<string, number>();
  told = 0;
  away = false;
  add(key: string, more: number, counted: (count: number) => void): void {
    this.told += 1;
    if (this.away) return;
    const count = (this.counts.get(key) ?? 0) + more;
    this.counts.set(key, count);
    counted(count);
  }
}

function limiter(perMinute: number, store = new SharedStore()) {
  const clock = new StandingClock();
  const requests = new PageRequests(perMinute, store, clock);
  /** How many of so many requests are answered. */
  const answered = (source: string, times: number, method = 'GET') =>
    Array.from({ length: times }, () => requests.secondsToWait(source, method)).filter((wait) => wait === 0).length;
  return { clock, requests, answered };
}

describe('EDG-8 requests for pages are limited by source', () => {
  it('answers so many within a minute, then says how long to wait, then answers again', () => {
    const { clock, requests, answered } = limiter(100);
    expect(answered('203.0.113.7', 150)).toBe(100);
    clock.advance(15_000);
    expect(requests.secondsToWait('203.0.113.7', 'GET')).toBe(45);
    clock.advance(45_000);
    expect(answered('203.0.113.7', 1)).toBe(1);
  });

  it('answers a fifth of them with a form, and pages go on', () => {
    const { answered } = limiter(100);
    expect(answered('203.0.113.7', 30, 'POST')).toBe(20);
    expect(answered('203.0.113.7', 10)).toBe(10);
  });

  it('does not limit one source for another; an IPv6 /64 is one', () => {
    const { answered } = limiter(10);
    answered('203.0.113.7', 10);
    expect(answered('203.0.113.8', 1)).toBe(1);
    answered('2001:db8:0:1::1', 10);
    expect(answered('2001:db8:0:1::2', 1)).toBe(0);
    expect(answered('2001:db8:0:2::1', 1)).toBe(1);
  });

  it('waiting ends, however often somebody asks meanwhile', () => {
    const store = new SharedStore();
    store.away = true;
    const { clock, answered } = limiter(10, store);
    answered('203.0.113.7', 10_000);
    clock.advance(MINUTE_MS);
    expect(answered('203.0.113.7', 20)).toBe(10);
  });

  it('counts over processes in parts of the limit, and tells the store seldom', () => {
    const store = new SharedStore();
    const [here, there] = [limiter(320, store), limiter(320, store)];
    expect(here.answered('203.0.113.7', 200)).toBe(200);
    expect(store.told).toBe(20);
    expect(there.answered('203.0.113.7', 320)).toBeLessThanOrEqual(130);
  });

  it('I7 without the store each process has the limit for itself', () => {
    const store = new SharedStore();
    store.away = true;
    expect(limiter(100, store).answered('203.0.113.7', 150)).toBe(100);
  });
});

describe('RFC 6585 §4 who has to wait is told so, by a page', () => {
  let edge: RunningEdge;
  beforeEach(async () => {
    edge = await RunningEdge.start({ pagesPerMinute: 10 });
  });
  afterEach(() => edge.close());

  it.each(['/authorize?client_id=a', '/interaction', '/account', '/end_session'])('MUST refuse GET %s with 429 and Retry-After, and ask nobody', async (target) => {
    for (let time = 0; time < 10; time += 1) await edge.send('GET', '/interaction');
    edge.forget();
    const answer = await edge.send('GET', target);
    expect(answer).toMatchObject({ status: 429, headers: expect.objectContaining({ 'retry-after': '60', 'content-type': 'text/html; charset=utf-8' }) });
    expect(answer.body).toContain('Too many');
    expect(edge.owners.asked).toEqual([]);
  });

  it.each(['/authorize', '/interaction', '/account', '/end_session'])('MUST refuse POST %s before its form is read', async (path) => {
    for (let time = 0; time < 2; time += 1) await edge.form('/interaction', 'a=1&a=2');
    expect((await edge.form(path, 'a=%')).status).toBe(429);
  });

  it('and clients, documents and the style sheet are not concerned', async () => {
    for (let time = 0; time < 11; time += 1) await edge.send('GET', '/interaction');
    expect((await edge.form('/token', 'grant_type=client_credentials')).status).toBe(200);
    expect((await edge.send('GET', '/.well-known/openid-configuration')).status).toBe(200);
  });

  it('AUT-10 what only looks ahead does not count', async () => {
    for (let time = 0; time < 20; time += 1) await edge.send('HEAD', '/authorize');
    expect((await edge.send('GET', '/interaction')).status).toBe(400);
  });
});
