import { Authorization, ShowInteraction } from '@tessera/contracts';
import { BROWSER_HANDLE, handleOf, stepReply } from '../pages/testing.js';
import { RunningEdge } from '../testing.js';

const SESSION = 's'.repeat(43);
const OTHER = 'o'.repeat(43);

describe('UIX-1 cookies under an https issuer', () => {
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await RunningEdge.start();
  });
  beforeEach(() => edge.forget());
  afterAll(() => edge.close());
  const browserOf = async (headers: readonly string[]) => {
    await edge.send('GET', '/authorize?client_id=a', headers);
    return edge.owners.questions(Authorization).at(-1)?.browser;
  };

  it('are handed to the owner by their __Host- names, with where they came from', async () => {
    const cookie = `Cookie: a=b; __Host-tessera-session=${SESSION}; __Host-tessera-browser=${BROWSER_HANDLE}`;
    expect(await browserOf([cookie, 'User-Agent: Mozilla/5.0'])).toEqual({
      session: SESSION,
      browser: BROWSER_HANDLE,
      sourceAddress: '127.0.0.1',
      userAgent: 'Mozilla/5.0',
    });
  });

  it.each([
    ['no cookie at all', []],
    ['the name without the prefix', [`Cookie: tessera-session=${SESSION}`]],
    ['another case of the name', [`Cookie: __host-tessera-session=${SESSION}`]],
    ['a value that is no handle', ['Cookie: __Host-tessera-session=short']],
    ['a value in quotes', [`Cookie: __Host-tessera-session="${SESSION}"`]],
    ['two of the name, of which one was planted', [`Cookie: __Host-tessera-session=${SESSION}; __Host-tessera-session=${OTHER}`]],
    ['two of the name, one without a value', [`Cookie: __Host-tessera-session=${SESSION}; __Host-tessera-session=`]],
    ['two of the name in two header fields', [`Cookie: __Host-tessera-session=${SESSION}`, `Cookie: __Host-tessera-session=${SESSION}`]],
  ])('count as absent with %s', async (_case, headers) => {
    expect(await browserOf(headers)).toMatchObject({ session: null, browser: null });
  });

  it('are found in a second header field', async () => {
    expect(await browserOf(['Cookie: a=b', `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}`])).toMatchObject({ browser: BROWSER_HANDLE });
  });

  it('cuts a User-Agent to what is kept', async () => {
    expect((await browserOf([`User-Agent: ${'x'.repeat(1_000)}`]))?.userAgent).toHaveLength(256);
  });

  it('MUST be __Host-, Secure, HttpOnly and Lax, for the whole host and no domain', async () => {
    edge.owners.to(Authorization).reply(() => ({
      kind: 'continue',
      interaction: handleOf('x'),
      session: { change: 'set', handle: SESSION, maxAgeSeconds: 2_592_000 },
      browser: BROWSER_HANDLE,
    }));
    const { wire } = await edge.send('GET', '/authorize?client_id=a');
    expect(wire.match(/^set-cookie: .*$/gim)).toEqual([
      `set-cookie: __Host-tessera-session=${SESSION}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax`,
      `set-cookie: __Host-tessera-browser=${BROWSER_HANDLE}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax`,
    ]);
  });

  it('UIX-2 a session that is over is taken away', async () => {
    edge.owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: handleOf('x'), session: { change: 'clear' }, browser: null }));
    const { headers } = await edge.send('GET', '/authorize?client_id=a', [`Cookie: __Host-tessera-session=${SESSION}`]);
    expect(headers['set-cookie']).toBe('__Host-tessera-session=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax');
  });

  it('Ours: are left alone where the owner says nothing of them', async () => {
    edge.owners.to(ShowInteraction).reply(() => ({ ...stepReply('sign-in'), browser: null }));
    const { headers } = await edge.send('GET', `/interaction?interaction=${handleOf('sign-in')}`, [`Cookie: __Host-tessera-browser=${BROWSER_HANDLE}`]);
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('UIX-1 cookies under a loopback http issuer', () => {
  it('have neither prefix nor Secure, and everything else', async () => {
    const edge = await RunningEdge.start({ issuer: 'http://localhost:8080' });
    edge.owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: handleOf('x'), session: { change: 'keep' }, browser: BROWSER_HANDLE }));
    const answer = await edge.send('GET', '/authorize?client_id=a', ['Host: localhost:8080', `Cookie: tessera-session=${SESSION}; __Host-tessera-session=${OTHER}`]);
    await edge.close();
    expect(answer.headers['set-cookie']).toBe(`tessera-browser=${BROWSER_HANDLE}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`);
    expect(edge.owners.questions(Authorization)[0]?.browser.session).toBe(SESSION);
  });
});
