import { createContext, runInContext } from 'node:vm';
import { Authorization, EndSession } from '@tessera/contracts';
import { browserStateOf, sessionState } from '@tessera/protocol/session-management';
import { RunningEdge } from '../testing.js';
import { checkSessionPage } from './check-session-script.js';

const SESSION = 's'.repeat(43);
const CLIENT = 'client one';
const ORIGIN = 'https://client.example.org';
const NAME = '__Host-tessera-session-state';

/** The page of the frame in an engine with nothing but what the script uses; answers what it says to a message. */
function frame(cookie: string, storage?: boolean) {
  const script = /<script>([\s\S]*)<\/script>/.exec(checkSessionPage(NAME).html)?.[1] ?? '';
  const listeners: ((event: unknown) => void)[] = [];
  const window = { addEventListener: (_type: string, listener: (event: unknown) => void) => void listeners.push(listener) };
  const document = { cookie, ...(storage === undefined ? {} : { hasStorageAccess: () => Promise.resolve(storage) }) };
  runInContext(script, createContext({ window, document }));
  return async (data: unknown, origin = ORIGIN): Promise<string[]> => {
    const said: string[] = [];
    for (const listener of listeners) listener({ data, origin, source: { postMessage: (word: string, to: string) => said.push(`${word} to ${to}`) } });
    await new Promise((resolve) => setImmediate(resolve));
    return said;
  };
}

const message = (browserState: string) => `${CLIENT} ${sessionState({ clientId: CLIENT, redirectUri: `${ORIGIN}/cb`, browserState, salt: 'c2FsdA' }) ?? ''}`;

describe('Session Management §3.1 what the frame says', () => {
  const mine = browserStateOf(SESSION);

  it.each<[string, string, boolean | undefined, unknown, string]>([
    ['unchanged while the session is the one', `a=b; ${NAME}=${mine}`, true, message(mine), 'unchanged'],
    ['changed with another session', `${NAME}=${browserStateOf('x')}`, true, message(mine), 'changed'],
    ['changed after a logout', '', true, message(mine), 'changed'],
    ['changed after a logout, in a browser that cannot say what frames see', 'a=b', undefined, message(mine), 'changed'],
    ['error where frames of other sites see no cookies', '', false, message(mine), 'error'],
    ['error for a message without a state', `${NAME}=${mine}`, true, CLIENT.replace(' ', ''), 'error'],
    ['error for a state without salt', `${NAME}=${mine}`, true, 'client abc', 'error'],
    ['error for a state that ends in a dot', `${NAME}=${mine}`, true, 'client abc.', 'error'],
    ['error for what is no text', `${NAME}=${mine}`, true, { a: 1 }, 'error'],
    ['error for text outside ASCII', `${NAME}=${mine}`, true, 'clïent abc.d', 'error'],
    ['error for more than a client could ask', `${NAME}=${mine}`, true, 'x'.repeat(2_000), 'error'],
  ])('%s', async (_case, cookie, storage, data, word) => {
    expect(await frame(cookie, storage)(data)).toEqual([`${word} to ${ORIGIN}`]);
  });

  it('changed for a page of another origin, whatever it sends', async () => {
    expect(await frame(`${NAME}=${mine}`, true)(message(mine), 'https://evil.example')).toEqual(['changed to https://evil.example']);
  });

  it('nothing to a page without an origin', async () => {
    expect(await frame(`${NAME}=${mine}`, true)(message(mine), 'null')).toEqual([]);
  });

  it('is written in the language of old browsers', () => {
    const { html } = checkSessionPage(NAME);
    expect(html).not.toMatch(/=>|\b(?:let|const|class|async|await|import)\b|`|crypto|Uint\d/);
  });
});

describe('Session Management §3.2, §3.3 at the edge', () => {
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await RunningEdge.start();
  });
  beforeEach(() => edge.forget());
  afterAll(() => edge.close());

  it('UIX-5 serves the frame to anybody, with a policy for its one script, and no cookie', async () => {
    const { status, headers, body } = await edge.send('GET', '/check_session', [`Cookie: ${NAME}=x`]);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=300' });
    expect(headers['content-security-policy']).toBe(checkSessionPage(NAME).contentSecurityPolicy);
    expect([headers['x-frame-options'], headers['set-cookie']]).toEqual([undefined, undefined]);
    expect(body).toContain(NAME);
  });

  const answering = (more: object) =>
    edge.owners.to(Authorization).reply(() => ({
      kind: 'response' as const, mode: 'query' as const, redirectUri: `${ORIGIN}/cb`, parameters: [['code', 'c']] as [string, string][], reason: null, session: { change: 'keep' as const }, browser: null, ...more,
    }));

  it('adds session_state to the response of a client that somebody is signed in to, and gives the browser its cookie', async () => {
    answering({ sessionOf: CLIENT });
    const { headers } = await edge.send('GET', '/authorize?a=b', [`Cookie: __Host-tessera-session=${SESSION}`]);
    const state = new URL(headers['location'] ?? '').searchParams.get('session_state') ?? '';
    const [, salt = ''] = state.split('.');
    expect(state).toBe(sessionState({ clientId: CLIENT, redirectUri: `${ORIGIN}/cb`, browserState: browserStateOf(SESSION), salt }));
    expect(salt).toMatch(/^[\w-]{22}$/);
    expect(headers['set-cookie']).toBe(`${NAME}=${browserStateOf(SESSION)}; Max-Age=2592000; Path=/; Secure; SameSite=None`);
  });

  it('leaves the cookie of a browser that has it, and uses another salt each time', async () => {
    answering({ sessionOf: CLIENT });
    const ask = async () => (await edge.send('GET', '/authorize?a=b', [`Cookie: __Host-tessera-session=${SESSION}; ${NAME}=${browserStateOf(SESSION)}`])).headers;
    const [one, two] = [await ask(), await ask()];
    expect(one['set-cookie']).toBeUndefined();
    expect(one['location']).not.toBe(two['location']);
  });

  it.each([
    ['a refusal', { reason: 'interaction.denied' }],
    ['a logout', { session: { change: 'clear' }, sessionOf: undefined }],
  ])('adds nothing to %s', async (_case, more) => {
    answering(more);
    const { headers } = await edge.send('GET', '/authorize?a=b', [`Cookie: __Host-tessera-session=${SESSION}`]);
    expect(headers['location']).not.toContain('session_state');
  });

  it('is not there for a plain http issuer, whose cookies no frame of another site would get', async () => {
    const plain = await RunningEdge.start({ issuer: 'http://localhost:3000' });
    plain.owners.to(EndSession).reply(() => ({ kind: 'signed-out', client: null, session: { change: 'clear' }, browser: null }));
    const host = ['Host: localhost:3000'];
    const frameOf = await plain.send('GET', '/check_session', host);
    const metadata: unknown = JSON.parse((await plain.send('GET', '/.well-known/openid-configuration', host)).body);
    const out = await plain.send('GET', '/end_session', host);
    await plain.close();
    expect(frameOf.status).toBe(404);
    expect(metadata).not.toHaveProperty('check_session_iframe');
    expect(out.wire).not.toContain('session-state');
  });
});

describe('Front-Channel Logout §3 (LOG-5) the page that tells the clients', () => {
  const FRAMES = ['https://one.example/out?iss=https%3A%2F%2Fas.example.com&sid=x', 'https://two.example:8443/out?a=b&iss=i&sid=x', 'https://one.example/other?iss=i&sid=x'];
  const logout = (onward: string | null) => ({ kind: 'front-channel-logout' as const, client: null, frames: FRAMES, onward, session: { change: 'clear' as const }, browser: null });

  it('MUST load each address in a frame, allow exactly their origins, and lead on', async () => {
    const edge = await RunningEdge.start();
    edge.owners.to(EndSession).reply(() => logout('https://one.example/bye?state=a&b'));
    const { status, headers, body } = await edge.send('GET', '/end_session');
    await edge.close();
    expect(status).toBe(200);
    expect([...body.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src]) => src?.replaceAll('&amp;', '&'))).toEqual(FRAMES);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain('frame-src https://one.example https://two.example:8443;');
    expect(policy).toMatch(/script-src 'nonce-[\w-]{22}';/);
    expect(body).toContain('href="https://one.example/bye?state=a&amp;b"');
    expect(body).toContain('<noscript><meta http-equiv="refresh" content="4; url=https://one.example/bye?state=a&amp;b"></noscript>');
    expect(body).toContain(`<script nonce="${/'nonce-([\w-]+)'/.exec(policy)?.[1]}">`);
  });

  it('is the page after a logout where there is nowhere to go, without a script', async () => {
    const edge = await RunningEdge.start();
    edge.owners.to(EndSession).reply(() => logout(null));
    const { headers, body } = await edge.send('GET', '/end_session');
    await edge.close();
    expect(headers['content-security-policy']).not.toContain('script-src');
    expect(body.match(/<iframe /g)).toHaveLength(3);
    expect(body).not.toContain('<script');
  });
});
