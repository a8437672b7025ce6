import type { OutboundOutcome, OutboundRequest } from '@tessera/outbound-http';
import { OutboundClientLogos } from './outbound-client-logos.js';

const URI = 'https://client.example.org/logo.png';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const LOGO = `data:image/png;base64,${PNG.toString('base64')}`;
const answered = (body: Uint8Array, status = 200): OutboundOutcome => ({ outcome: 'answered', status, body, headers: {} });

function over(answer: () => Promise<OutboundOutcome>, pause?: () => Promise<unknown>) {
  const asked: OutboundRequest[] = [];
  const clock = { now: 1_000, monotonicMs: () => clock.now };
  const send = (request: OutboundRequest) => {
    asked.push(request);
    return answer();
  };
  return { logos: pause === undefined ? new OutboundClientLogos({ send }, clock) : new OutboundClientLogos({ send }, clock, pause), asked, clock };
}

describe('REG-8 the picture of a client comes through us', () => {
  it('is asked for as a picture, without anything of the person, once an hour for all of them', async () => {
    const { logos, asked, clock } = over(() => Promise.resolve(answered(PNG)));
    await expect(Promise.all([logos.logoOf(URI), logos.logoOf(URI)])).resolves.toEqual([LOGO, LOGO]);
    expect(asked).toEqual([{ url: URI, method: 'GET', accept: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] }]);
    clock.now += 3_600_000 - 1;
    await expect(logos.logoOf(URI)).resolves.toBe(LOGO);
    expect(asked).toHaveLength(1);
    clock.now += 1;
    await logos.logoOf(URI);
    expect(asked).toHaveLength(2);
  });

  it('of a client without one asks nobody', async () => {
    const { logos, asked } = over(() => Promise.resolve(answered(PNG)));
    await expect(logos.logoOf(null)).resolves.toBeNull();
    expect(asked).toEqual([]);
  });

  it.each<[string, () => Promise<OutboundOutcome>]>([
    ['its address is private (OUT-2)', () => Promise.resolve({ outcome: 'failed', fault: 'address' })],
    ['its host redirects (OUT-3)', () => Promise.resolve({ outcome: 'failed', fault: 'redirected' })],
    ['its host answers 404', () => Promise.resolve(answered(PNG, 404))],
    ['it is no picture', () => Promise.resolve(answered(Buffer.from('<svg/>')))],
    ['the call throws', () => Promise.reject(new Error('x'))],
  ])('is none where %s, and its host is left alone for five minutes (OUT-4)', async (_case, answer) => {
    const { logos, asked, clock } = over(answer);
    await expect(logos.logoOf(URI)).resolves.toBeNull();
    clock.now += 300_000 - 1;
    await expect(logos.logoOf(URI)).resolves.toBeNull();
    expect(asked).toHaveLength(1);
    clock.now += 1;
    await logos.logoOf(URI);
    expect(asked).toHaveLength(2);
  });

  it('is none for whoever came while its host was slow, and there for the next', async () => {
    let arrive: (outcome: OutboundOutcome) => void = () => {};
    const { logos, asked } = over(() => new Promise((resolve) => (arrive = resolve)), () => Promise.resolve());
    await expect(logos.logoOf(URI)).resolves.toBeNull();
    arrive(answered(PNG));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(logos.logoOf(URI)).resolves.toBe(LOGO);
    expect(asked).toHaveLength(1);
  });

  it('is kept for two hundred clients at most', async () => {
    const { logos, asked } = over(() => Promise.resolve(answered(PNG)));
    for (let n = 0; n <= 200; n += 1) await logos.logoOf(`${URI}?${n}`);
    await logos.logoOf(`${URI}?0`);
    expect(asked).toHaveLength(202);
  });
});
