import * as openid from 'openid-client';
import { demo, type DemoClient, demoUser } from './demo.js';
import { authorizationUrl, departure, formWith, page, proofKey, redeem, signIn, stepOf, text, tokensByCode, userinfo, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://logout-flow.example.org/cb';
const AFTER = 'https://logout-flow.example.org/bye';

const DECLARATION = `
clients:
  - client_id: logout-web
    client_name: Signs people out
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [${CALLBACK}]
    post_logout_redirect_uris: [${AFTER}]
    first_party: true
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION);
}, 60_000);

const REQUEST = { response_type: 'code', client_id: 'logout-web', redirect_uri: CALLBACK, scope: 'openid' };

async function signedIn() {
  const agent = new UserAgent();
  const { verifier, challenge } = proofKey();
  const code = departure(await signIn(agent, await agent.open(authorizationUrl({ ...REQUEST, code_challenge: challenge, code_challenge_method: 'S256' })))).searchParams.get('code') ?? '';
  const tokens = await redeem(clientOf('logout-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier });
  return { agent, tokens, hint: text(tokens, 'id_token') };
}

const endSession = (agent: UserAgent, parameters: Readonly<Record<string, string>>) => {
  const url = new URL(`${demo.issuer}/end_session`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return agent.open(url);
};

async function isSignedIn(agent: UserAgent): Promise<boolean> {
  const answer = departure(await agent.open(authorizationUrl({ ...REQUEST, prompt: 'none', code_challenge: proofKey().challenge, code_challenge_method: 'S256' })));
  return answer.searchParams.get('code') !== null;
}

describe('RP-Initiated Logout 1.0 §2, §3', () => {
  it('with a hint: straight to the registered address, with state and nothing else; the session and its tokens are over', async () => {
    const { agent, tokens, hint } = await signedIn();
    expect(await isSignedIn(agent)).toBe(true);
    const answer = departure(await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER, state: 's'.repeat(128) }));
    expect(`${answer.origin}${answer.pathname}`).toBe(AFTER);
    expect(Object.fromEntries(answer.searchParams)).toEqual({ state: 's'.repeat(128) });
    expect(await isSignedIn(agent)).toBe(false);
    expect((await userinfo(text(tokens, 'access_token'))).status).toBe(401);
  });

  it('with openid-client', async () => {
    const { agent, hint } = await signedIn();
    const configuration = await openid.discovery(new URL(demo.issuer), 'logout-web', undefined, openid.None(), { execute: [openid.allowInsecureRequests] });
    const url = openid.buildEndSessionUrl(configuration, { post_logout_redirect_uri: AFTER, id_token_hint: hint });
    expect(departure(await agent.open(url)).href).toBe(AFTER);
  });

  it('by POST as well', async () => {
    const { agent, hint } = await signedIn();
    const answer = await agent.post(new URL(`${demo.issuer}/end_session`), Object.entries({ id_token_hint: hint, post_logout_redirect_uri: AFTER }), { origin: 'https://logout-flow.example.org' });
    const end = 'html' in answer && stepOf(answer) !== null ? await agent.submit(answer, {}, ['decision', 'sign-out'], formWith(answer, 'decision')) : answer;
    expect(departure(end).href).toBe(AFTER);
    expect(await isSignedIn(agent)).toBe(false);
  });

  it('no state is sent back when none came', async () => {
    const { agent, hint } = await signedIn();
    expect(departure(await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER })).search).toBe('');
  });

  it('a second logout still leads on', async () => {
    const { agent, hint } = await signedIn();
    await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER });
    expect(departure(await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER, state: 'again' })).searchParams.get('state')).toBe('again');
  });
});

describe('LOG-2, §6 without a hint the person confirms', () => {
  it('a GET alone ends nothing; "stay" keeps the session; "sign out" ends it', async () => {
    const { agent } = await signedIn();
    const shown = page(await endSession(agent, {}));
    expect(stepOf(shown)).toBe('confirm-logout');
    expect(await isSignedIn(agent.copy())).toBe(true);
    const other = page(await endSession(agent, {}));
    await agent.submit(other, {}, ['decision', 'stay'], formWith(other, 'decision'));
    expect(await isSignedIn(agent.copy())).toBe(true);
    const last = page(await endSession(agent, {}));
    const done = page(await agent.submit(last, {}, ['decision', 'sign-out'], formWith(last, 'decision')));
    expect(done.status).toBe(200);
    expect(await isSignedIn(agent)).toBe(false);
  });

  it('nobody signed in and nothing asked: a page that says so', async () => {
    const shown = page(await endSession(new UserAgent(), { state: 'x' }));
    expect(shown.status).toBe(200);
  });

  it('the hint of another person makes the one who is signed in confirm', async () => {
    const { hint } = await signedIn();
    const bob = new UserAgent();
    departure(await signIn(bob, await bob.open(authorizationUrl({ ...REQUEST, code_challenge: proofKey().challenge, code_challenge_method: 'S256' })), demoUser('bob')));
    const answer = await endSession(bob, { id_token_hint: hint, post_logout_redirect_uri: AFTER });
    expect('html' in answer ? stepOf(answer) : null).toBe('confirm-logout');
  });
});

describe('LOG-1, §3 where it does not redirect', () => {
  const broken = (hint: string, header: Record<string, string>) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${hint.split('.')[1]}.`;

  it.each([
    ['an unregistered address', (hint: string) => ({ id_token_hint: hint, post_logout_redirect_uri: `${AFTER}/more` })],
    ['a registered address with a query added', (hint: string) => ({ id_token_hint: hint, post_logout_redirect_uri: `${AFTER}?a=b` })],
    ['an address without a hint or a client', () => ({ post_logout_redirect_uri: AFTER })],
    ['a hint altered to alg none', (hint: string) => ({ id_token_hint: broken(hint, { alg: 'none' }), post_logout_redirect_uri: AFTER })],
    ['a hint with a broken signature', (hint: string) => ({ id_token_hint: `${hint.slice(0, -8)}AAAAAAAA`, post_logout_redirect_uri: AFTER })],
    ['a client_id that is not the audience', (hint: string) => ({ id_token_hint: hint, client_id: 'demo-service', post_logout_redirect_uri: AFTER })],
  ] as [string, (hint: string) => Record<string, string>][])('%s', async (_case, parameters) => {
    const { agent, hint } = await signedIn();
    const shown = page(await endSession(agent, parameters(hint)));
    expect(shown.url.startsWith(demo.issuer)).toBe(true);
    const body = shown.forms.flatMap(({ action }) => action);
    expect(body.filter((action) => !action.startsWith(demo.issuer))).toEqual([]);
  });
});

describe('LOG-3 logout ends what is open', () => {
  it('an interaction of the session that ended gives no code', async () => {
    const { agent, hint } = await signedIn();
    const shown = page(await agent.open(authorizationUrl({ ...REQUEST, prompt: 'login', code_challenge: proofKey().challenge, code_challenge_method: 'S256' })));
    const stale = agent.copy();
    await endSession(agent, { id_token_hint: hint });
    const answer = await stale.open(shown.url);
    expect('html' in answer ? null : answer.url.searchParams.get('code')).toBeNull();
  });

  it('a code of the session is not redeemed any more', async () => {
    const { agent, hint } = await signedIn();
    const { verifier, challenge } = proofKey();
    const code = departure(await agent.open(authorizationUrl({ ...REQUEST, code_challenge: challenge, code_challenge_method: 'S256' }))).searchParams.get('code') ?? '';
    await endSession(agent, { id_token_hint: hint });
    const answer = await redeem(clientOf('logout-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('a new sign-in afterwards has a new sid', async () => {
    const { agent, hint } = await signedIn();
    await endSession(agent, { id_token_hint: hint });
    const again = await tokensByCode(clientOf('logout-web'), CALLBACK, {}, { agent });
    const sidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())['sid'];
    expect(sidOf(text(again, 'id_token'))).not.toBe(sidOf(hint));
  });
});
