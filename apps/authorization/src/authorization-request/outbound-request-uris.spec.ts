import type { OutboundOutcome, OutboundRequest } from '@tessera/outbound-http';
import { OutboundRequestUris } from './outbound-request-uris.js';

const URI = 'https://client.example.org/request.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM';
const COMPACT = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln';
const answered = (body: string, headers = {}, status = 200): OutboundOutcome => ({ outcome: 'answered', status, body: new TextEncoder().encode(body), headers });

function over(...outcomes: OutboundOutcome[]) {
  const asked: OutboundRequest[] = [];
  const clock = { now: 1_000, monotonicMs: () => clock.now };
  const send = (request: OutboundRequest) => {
    asked.push(request);
    return Promise.resolve(outcomes[Math.min(asked.length, outcomes.length) - 1] ?? answered(''));
  };
  return { uris: new OutboundRequestUris({ send }, clock), asked, clock };
}

describe('RFC 9101 §5.2.3, PAR-7 fetching a request object', () => {
  it('asks for a request object, without the fragment (RFC 9110 §4.2.5) and without anything of ours', async () => {
    const { uris, asked } = over(answered(` ${COMPACT}\n`));
    await expect(uris.fetch(URI)).resolves.toEqual({ outcome: 'fetched', compact: COMPACT });
    expect(asked).toEqual([{ url: 'https://client.example.org/request.jwt', method: 'GET', accept: ['application/oauth-authz-req+jwt', 'application/jwt'] }]);
  });

  it.each([
    ['an error status', answered('', {}, 404), 'status 404'],
    ['a 204', answered('', {}, 204), 'status 204'],
    ['more than 16 KiB', answered('x'.repeat(16 * 1024 + 1)), 'too_large'],
    ['another content type', { outcome: 'failed', fault: 'content_type' } as const, 'content_type'],
    ['a redirect', { outcome: 'failed', fault: 'redirected' } as const, 'redirected'],
    ['a private address', { outcome: 'failed', fault: 'address' } as const, 'address'],
    ['no answer in time', { outcome: 'failed', fault: 'timeout' } as const, 'timeout'],
  ])('%s is a failure in words of ours', async (_case, outcome, why) => {
    await expect(over(outcome).uris.fetch(URI)).resolves.toEqual({ outcome: 'failed', why });
  });
});

describe('OUT-4 how often the host of a client is asked', () => {
  it('once at a time for one value, however many requests come', async () => {
    const { uris, asked } = over(answered(COMPACT));
    await Promise.all(Array.from({ length: 40 }, () => uris.fetch(URI)));
    expect(asked).toHaveLength(1);
    await uris.fetch(URI);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['max-age', { 'cache-control': 'max-age=60' }, 60],
    ['max-age less Age', { 'cache-control': 'public, max-age=60', age: '40' }, 20],
    ['max-age beyond five minutes', { 'cache-control': 'max-age=86400' }, 300],
    ['no Cache-Control', {}, 0],
    ['no-store', { 'cache-control': 'max-age=60, no-store' }, 0],
    ['no-cache', { 'cache-control': 'No-Cache, max-age=60' }, 0],
    ['a malformed Age', { 'cache-control': 'max-age=60', age: 'old' }, 0],
    ['a negative max-age', { 'cache-control': 'max-age=-1' }, 0],
  ])('RFC 9111 §4.2 %s: it is kept for %j, %i seconds', async (_case, headers, seconds) => {
    const { uris, asked, clock } = over(answered(COMPACT, headers));
    await uris.fetch(URI);
    clock.now += seconds * 1_000 - 1;
    if (seconds > 0) await uris.fetch(URI);
    expect(asked).toHaveLength(1);
    clock.now += 2;
    await uris.fetch(URI);
    expect(asked).toHaveLength(2);
  });

  it('OIDC Core §6.2 another fragment is another object', async () => {
    const { uris, asked } = over(answered(COMPACT, { 'cache-control': 'max-age=60' }));
    await uris.fetch(URI);
    await uris.fetch(`${URI}x`);
    expect(asked).toHaveLength(2);
  });

  it('I7 a slow host is a failure before anybody who waits gives up; who asks again waits for the same fetch', async () => {
    const waits: number[] = [];
    let answer: (outcome: OutboundOutcome) => void = () => undefined;
    const send = () => new Promise<OutboundOutcome>((resolve) => (answer = resolve));
    const uris = new OutboundRequestUris({ send }, { monotonicMs: () => 0 }, (ms) => (waits.push(ms) === 1 ? Promise.resolve() : new Promise(() => undefined)));
    await expect(uris.fetch(URI)).resolves.toEqual({ outcome: 'failed', why: 'timeout' });
    expect(waits).toEqual([1_800]);
    const again = uris.fetch(URI);
    answer(answered(COMPACT));
    await expect(again).resolves.toEqual({ outcome: 'fetched', compact: COMPACT });
  });

  it('a failure is not kept', async () => {
    const { uris } = over({ outcome: 'failed', fault: 'timeout' }, answered(COMPACT));
    await expect(uris.fetch(URI)).resolves.toMatchObject({ outcome: 'failed' });
    await expect(uris.fetch(URI)).resolves.toEqual({ outcome: 'fetched', compact: COMPACT });
  });

  it('Ours: a thousand are kept, and the oldest goes first', async () => {
    const { uris, asked } = over(answered(COMPACT, { 'cache-control': 'max-age=60' }));
    for (let i = 0; i <= 1_000; i += 1) await uris.fetch(`https://client.example.org/${i}`);
    await uris.fetch('https://client.example.org/1000');
    expect(asked).toHaveLength(1_001);
    await uris.fetch('https://client.example.org/0');
    expect(asked).toHaveLength(1_002);
  });
});
