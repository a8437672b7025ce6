import { browserStateOf } from '@tessera/protocol/session-management';
import { Authorization, EndSession, ShowInteraction, SubmitInteraction } from '@tessera/contracts';
import { formToken } from './form-tokens.js';
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
      // UIX-5: the one that scripts may read, and frames of other sites get.
      `set-cookie: __Host-tessera-session-state=${browserStateOf(SESSION)}; Max-Age=2592000; Path=/; Secure; SameSite=None`,
      `set-cookie: __Host-tessera-session=${SESSION}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax`,
      `set-cookie: __Host-tessera-browser=${BROWSER_HANDLE}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax`,
      `set-cookie: __Host-tessera-browser-x___________=${BROWSER_HANDLE}; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax`,
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

describe('UIX-3 tabs that open together in a browser we do not know yet', () => {
  const [ONE, TWO] = [handleOf('sign-in'), handleOf('consent')];
  const COOKIES = `__Host-tessera-browser=${OTHER}; __Host-tessera-browser-${ONE.slice(0, 12)}=${BROWSER_HANDLE}; __Host-tessera-browser-${TWO.slice(0, 12)}=${OTHER}`;
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await RunningEdge.start();
  });
  beforeEach(() => edge.forget());
  afterAll(() => edge.close());

  it.each([
    ['the first tab, whose cookie the second one replaced', ONE, BROWSER_HANDLE],
    ['the second tab', TWO, OTHER],
    ['an interaction that has no cookie of its own', handleOf('select-account'), OTHER],
  ])('%s goes on as the browser it began as', async (_case, interaction, browser) => {
    edge.owners.to(ShowInteraction).reply(() => ({ ...stepReply('sign-in'), interaction, browser: null }));
    const shown = await edge.send('GET', `/interaction?interaction=${interaction}`, [`Cookie: ${COOKIES}`]);
    const csrf = formToken(browser, `interaction:${interaction}`);
    expect(shown.body).toContain(`name="csrf" value="${csrf}"`);
    await edge.form('/interaction', new URLSearchParams({ interaction, csrf, step: 'password', identifier: 'alice' }).toString(), [`Cookie: ${COOKIES}`]);
    expect(edge.owners.questions(ShowInteraction).map((asked) => asked.browser.browser)).toEqual([browser]);
    expect(edge.owners.questions(SubmitInteraction).map((asked) => asked.browser.browser)).toEqual([browser]);
  });

  it('the cookie of an interaction is good for nothing else', async () => {
    await edge.send('GET', '/authorize?client_id=a', [`Cookie: __Host-tessera-browser-${ONE.slice(0, 12)}=${BROWSER_HANDLE}`]);
    expect(edge.owners.questions(Authorization)[0]?.browser.browser).toBeNull();
  });

  it('LOG-3 a logout takes all of them away, and writes nothing into its answer that is no name of ours', async () => {
    edge.owners.to(EndSession).reply(() => ({ kind: 'signed-out', client: null, session: { change: 'clear' }, browser: 'n'.repeat(43) }));
    const { wire } = await edge.send('GET', '/end_session', [`Cookie: ${COOKIES}; __Host-tessera-browser-a b=c; tessera-browser-other_______=d`]);
    expect([...wire.matchAll(/^set-cookie: ([^=]*)=([^;]*); Max-Age=(\d+)/gim)].map(([, name, value, age]) => [name, value, age])).toEqual([
      ['__Host-tessera-session-state', '', '0'],
      ['__Host-tessera-session', '', '0'],
      ['__Host-tessera-browser', 'n'.repeat(43), '2592000'],
      [`__Host-tessera-browser-${ONE.slice(0, 12)}`, '', '0'],
      [`__Host-tessera-browser-${TWO.slice(0, 12)}`, '', '0'],
    ]);
  });

  it('I8 when another person signs in, their interaction goes on and every other one is left behind', async () => {
    const [session, browser] = ['t', 'n'].map((one) => one.repeat(43)) as [string, string];
    edge.owners.to(SubmitInteraction).reply(() => ({ kind: 'continue', interaction: ONE, session: { change: 'set', handle: session, maxAgeSeconds: 60 }, browser }));
    const csrf = formToken(BROWSER_HANDLE, `interaction:${ONE}`);
    const { wire } = await edge.form('/interaction', new URLSearchParams({ interaction: ONE, csrf, step: 'password', identifier: 'bob' }).toString(), [`Cookie: ${COOKIES}`]);
    expect([...wire.matchAll(/^set-cookie: ([^=]*)=([^;]*);/gim)].map(([, name, value]) => [name, value])).toEqual([
      ['__Host-tessera-session-state', browserStateOf(session)],
      ['__Host-tessera-session', session],
      ['__Host-tessera-browser', browser],
      [`__Host-tessera-browser-${ONE.slice(0, 12)}`, browser],
      [`__Host-tessera-browser-${TWO.slice(0, 12)}`, ''],
    ]);
  });

  it('a browser that gets its first cookie keeps what it began meanwhile in other tabs', async () => {
    edge.owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: TWO, session: { change: 'keep' }, browser: OTHER }));
    const { wire } = await edge.send('GET', '/authorize?client_id=a', [`Cookie: __Host-tessera-browser-${ONE.slice(0, 12)}=${BROWSER_HANDLE}`]);
    expect(wire).not.toContain('Max-Age=0');
  });
});

describe('UIX-1 cookies under a loopback http issuer', () => {
  it('have neither prefix nor Secure, and everything else', async () => {
    const edge = await RunningEdge.start({ issuer: 'http://localhost:8080' });
    edge.owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: handleOf('x'), session: { change: 'keep' }, browser: BROWSER_HANDLE }));
    const answer = await edge.send('GET', '/authorize?client_id=a', ['Host: localhost:8080', `Cookie: tessera-session=${SESSION}; __Host-tessera-session=${OTHER}`]);
    await edge.close();
    expect(answer.wire.match(/^set-cookie: .*$/gim)).toEqual([
      `set-cookie: tessera-browser=${BROWSER_HANDLE}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`,
      `set-cookie: tessera-browser-x___________=${BROWSER_HANDLE}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`,
    ]);
    expect(edge.owners.questions(Authorization)[0]?.browser.session).toBe(SESSION);
  });
});
