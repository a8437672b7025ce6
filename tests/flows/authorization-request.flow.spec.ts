import { decodeJwt } from 'jose';
import { demo, type DemoClient, demoUser } from './demo.js';
import { authorizationUrl, departure, formWith, page, proofKey, redeem, signIn, stepOf, text, UserAgent } from './sign-in.js';
import { declare, tessera } from './tessera.js';

const CALLBACK = 'https://request-flow.example.org/cb';

const DECLARATION = `
clients:
  - client_id: request-web
    client_name: Web application of the request flow
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email offline_access
    redirect_uris: [${CALLBACK}, ${CALLBACK}/other]
    first_party: true
  - client_id: request-third
    client_name: Somebody else's application
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email offline_access
    redirect_uris: [${CALLBACK}]
    policy_uri: https://request-flow.example.org/privacy
    tos_uri: https://request-flow.example.org/terms
  - client_id: request-native
    client_name: Native application
    token_endpoint_auth_method: none
    application_type: native
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [http://127.0.0.1/cb]
    first_party: true
  - client_id: request-query-only
    client_name: Query only
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid
    response_modes: [query]
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: request-no-code
    client_name: No authorization code
    token_endpoint_auth_method: client_secret_basic
    grant_types: []
    redirect_uris: []
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION);
}, 60_000);

const { verifier, challenge } = proofKey();
const VALID = { response_type: 'code', client_id: 'request-web', redirect_uri: CALLBACK, scope: 'openid', state: 'af0ifjsldkj', code_challenge: challenge, code_challenge_method: 'S256' };
const ask = (more: Readonly<Record<string, string | undefined>>, agent = new UserAgent()) => agent.open(authorizationUrl({ ...VALID, ...more }));

/** A browser in which alice has signed in a moment ago. */
async function signedIn(client = 'request-web'): Promise<UserAgent> {
  const agent = new UserAgent();
  departure(await signIn(agent, await ask({ client_id: client }, agent)));
  return agent;
}

describe('AUT-2 until client and redirect URI are proven there is a page and no redirect', () => {
  it.each([
    ['no client_id', { client_id: undefined }],
    ['an unknown client', { client_id: 'nobody' }],
    ['an unregistered redirect URI', { redirect_uri: 'https://evil.example.org/cb' }],
    ['an appended path', { redirect_uri: `${CALLBACK}/more` }],
    ['an added query', { redirect_uri: `${CALLBACK}?a=b` }],
    ['a fragment', { redirect_uri: `${CALLBACK}#x` }],
    ['other letters', { redirect_uri: CALLBACK.replace('https', 'HTTPS') }],
    ['no redirect URI although two are registered', { redirect_uri: undefined }],
    ['prompt=none and an unregistered redirect URI', { redirect_uri: 'https://evil.example.org/cb', prompt: 'none' }],
  ] as [string, Record<string, string | undefined>][])('%s', async (_case, wrong) => {
    const shown = page(await ask(wrong));
    expect(shown.status).toBe(400);
    expect(shown.headers.get('content-type')).toContain('text/html');
    expect(shown.html).not.toContain('evil.example.org');
    expect(shown.forms).toEqual([]);
  });

  it('GEN-1 a repeated parameter', async () => {
    const url = authorizationUrl(VALID);
    url.searchParams.append('client_id', 'request-third');
    const shown = page(await new UserAgent().open(url));
    expect(shown.status).toBe(400);
  });

  it('says the reason to a developer, and the request id', async () => {
    const shown = page(await ask({ redirect_uri: 'https://evil.example.org/cb' }));
    expect(shown.html).toContain(shown.headers.get('x-request-id'));
    expect(shown.html).toMatch(/redirect/i);
  });
});

describe('RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6 refusals that go to the client', () => {
  it.each([
    ['no response_type', { response_type: undefined }, ['invalid_request', 'unsupported_response_type']],
    ['another response_type', { response_type: 'token' }, ['unsupported_response_type']],
    ['a hybrid response_type', { response_type: 'code id_token' }, ['unsupported_response_type']],
    ['an unknown response_mode', { response_mode: 'pigeon' }, ['invalid_request']],
    ['no proof key (COD-5)', { code_challenge: undefined, code_challenge_method: undefined }, ['invalid_request']],
    ['a plain proof key', { code_challenge_method: 'plain' }, ['invalid_request']],
    ['a proof key without its method', { code_challenge_method: undefined }, ['invalid_request']],
    ['a malformed proof key', { code_challenge: 'short' }, ['invalid_request']],
    ['prompt none and login', { prompt: 'none login' }, ['invalid_request']],
    ['a negative max_age', { max_age: '-1' }, ['invalid_request']],
    ['claims that are no JSON', { claims: '{' }, ['invalid_request']],
    ['an unsigned request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, ['request_not_supported']],
    ['a request_uri', { request_uri: 'https://request-flow.example.org/request' }, ['request_uri_not_supported', 'invalid_request_uri']],
    ['a registration', { registration: '{}' }, ['registration_not_supported']],
    ['an unknown resource', { resource: 'https://nobody.example.com' }, ['invalid_target']],
    ['a broken id_token_hint', { id_token_hint: 'x.y.z' }, ['invalid_request']],
    ['nobody signed in and prompt=none', { prompt: 'none' }, ['login_required']],
  ] as [string, Record<string, string | undefined>, string[]][])('%s', async (_case, wrong, codes) => {
    const answer = departure(await ask(wrong));
    expect(answer.href.startsWith(`${CALLBACK}?`)).toBe(true);
    const parameters = Object.fromEntries(answer.searchParams);
    expect(codes).toContain(parameters['error']);
    expect(parameters).toMatchObject({ state: VALID.state, iss: demo.issuer });
    expect(Object.keys(parameters).filter((name) => !['error', 'error_description', 'state', 'iss'].includes(name))).toEqual([]);
  });

  it('response_mode=form_post carries errors too, and only to clients that registered it (AUT-9)', async () => {
    const shown = page(await ask({ response_mode: 'form_post', prompt: 'none' }));
    expect(Object.fromEntries(shown.forms[0]?.fields ?? [])).toMatchObject({ error: 'login_required', state: VALID.state });
    const refused = departure(await ask({ response_mode: 'form_post', client_id: 'request-query-only' }));
    expect(refused.searchParams.get('error')).toMatch(/invalid_request|unauthorized_client/);
  });

  it.each([
    ['a state of 1,000 characters', { state: 's'.repeat(1_000) }],
    ['a nonce of 384 characters', { nonce: 'n'.repeat(384) }],
    ['ui_locales, claims_locales, display, login_hint and parameters nobody knows', { ui_locales: 'se', claims_locales: 'se', display: 'popup', login_hint: 'alice', extra: 'foobar' }],
    ['acr_values', { acr_values: '1 2' }],
    ['another order of scopes', { scope: 'email openid' }],
  ] as [string, Record<string, string>][])('accepts %s', async (_case, more) => {
    const agent = new UserAgent();
    const answer = departure(await signIn(agent, await ask(more, agent)));
    expect(answer.searchParams.get('code')).not.toBeNull();
    expect(answer.searchParams.get('state')).toBe({ ...VALID, ...more }.state);
  });

  it('RFC 8252 §7.3 a native client is answered at any port of the loopback address', async () => {
    const agent = new UserAgent();
    const answer = departure(await signIn(agent, await ask({ client_id: 'request-native', redirect_uri: 'http://127.0.0.1:51004/cb' }, agent)));
    expect(answer.host).toBe('127.0.0.1:51004');
    expect(page(await ask({ client_id: 'request-native', redirect_uri: 'http://127.0.0.1:51004/other' })).status).toBe(400);
    expect(page(await ask({ client_id: 'request-native', redirect_uri: 'http://localhost:51004/cb' })).status).toBe(400);
  });
});

describe('OIDC Core §3.1.2.1 prompt, max_age and the session', () => {
  async function idToken(agent: UserAgent, more: Record<string, string> = {}) {
    const code = departure(await signIn(agent, await ask(more, agent))).searchParams.get('code') ?? '';
    return decodeJwt(text(await redeem(clientOf('request-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier }), 'id_token'));
  }

  it('prompt=none with a session: a code at once, same sub, sid and auth_time', async () => {
    const agent = new UserAgent();
    const first = await idToken(agent);
    const answer = departure(await ask({ prompt: 'none', state: 's'.repeat(128) }, agent));
    expect(answer.searchParams.get('state')).toBe('s'.repeat(128));
    const code = answer.searchParams.get('code') ?? '';
    const second = decodeJwt(text(await redeem(clientOf('request-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier }), 'id_token'));
    expect(second).toMatchObject({ sub: first.sub, sid: first['sid'], auth_time: first['auth_time'] });
  });

  it('prompt=login asks although there is a session, for the same person, and keeps the sid', async () => {
    const agent = new UserAgent();
    const first = await idToken(agent);
    const shown = page(await ask({ prompt: 'login' }, agent));
    expect(stepOf(shown)).toBe('password');
    const code = departure(await signIn(agent, shown)).searchParams.get('code') ?? '';
    const second = decodeJwt(text(await redeem(clientOf('request-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier }), 'id_token'));
    expect(second['sid']).toBe(first['sid']);
    expect(Number(second['auth_time'])).toBeGreaterThanOrEqual(Number(first['auth_time']));
  });

  it('max_age=0 asks again, a long one does not', async () => {
    const agent = await signedIn();
    expect(stepOf(page(await ask({ max_age: '0' }, agent)))).toBe('password');
    expect(departure(await ask({ max_age: '15000' }, agent)).searchParams.get('code')).not.toBeNull();
  });

  it('prompt=none and max_age=0: login_required', async () => {
    expect(departure(await ask({ prompt: 'none', max_age: '0' }, await signedIn())).searchParams.get('error')).toBe('login_required');
  });

  it('prompt=select_account shows who is signed in; the current one goes on, another one signs in', async () => {
    const agent = await signedIn();
    const shown = page(await ask({ prompt: 'select_account' }, agent));
    expect(stepOf(shown)).toBe('select-account');
    expect(departure(await agent.copy().submit(shown, {}, ['choice', 'current'], formWith(shown, 'choice'))).searchParams.get('code')).not.toBeNull();
    const other = page(await ask({ prompt: 'select_account' }, agent));
    const login = page(await agent.submit(other, {}, ['choice', 'other'], formWith(other, 'choice')));
    expect(stepOf(login)).toBe('password');
  });

  it('AUT-7 id_token_hint: the same person goes on, nobody else gets a code', async () => {
    const agent = new UserAgent();
    const code = departure(await signIn(agent, await ask({}, agent))).searchParams.get('code') ?? '';
    const hint = text(await redeem(clientOf('request-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier }), 'id_token');
    expect(departure(await ask({ prompt: 'none', id_token_hint: hint }, agent)).searchParams.get('code')).not.toBeNull();
    const bob = new UserAgent();
    departure(await signIn(bob, await ask({}, bob), demoUser('bob')));
    expect(departure(await ask({ prompt: 'none', id_token_hint: hint }, bob)).searchParams.get('error')).toMatch(/login_required|account_selection_required|interaction_required/);
    const asked = page(await ask({ id_token_hint: hint }, bob));
    const still = await bob.submit(asked, { identifier: 'bob', password: demoUser('bob').password });
    expect('html' in still ? still.status : still.url.searchParams.get('error')).not.toBeNull();
    expect('html' in still ? null : still.url.searchParams.get('code')).toBeNull();
  });

  it('login_hint fills the name in', async () => {
    const shown = page(await ask({ login_hint: 'alice@example.com' }));
    expect(shown.html).toContain('alice@example.com');
  });
});

describe('OIDC Core §3.1.2.4 consent', () => {
  const third = { client_id: 'request-third', scope: 'openid profile' };

  it('is asked of a third-party client, with its name, its papers and the scopes in words; a denial is access_denied', async () => {
    const agent = await signedIn();
    const shown = page(await ask({ ...third, prompt: 'consent' }, agent));
    expect(stepOf(shown)).toBe('consent');
    expect(shown.html).toContain('Somebody else&#39;s application');
    expect(shown.html).toContain('https://request-flow.example.org/privacy');
    expect(shown.html).toContain('https://request-flow.example.org/terms');
    const answer = departure(await agent.submit(shown, {}, ['decision', 'deny'], formWith(shown, 'decision')));
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({ error: 'access_denied', state: VALID.state, iss: demo.issuer });
  });

  it('prompt=none without it: consent_required; once given it is remembered; prompt=consent asks again; a wider scope asks again', async () => {
    const agent = new UserAgent();
    departure(await signIn(agent, await ask({}, agent), demoUser('bob')));
    expect(departure(await ask({ ...third, prompt: 'none' }, agent)).searchParams.get('error')).toMatch(/consent_required|interaction_required/);
    const shown = page(await ask(third, agent));
    expect(departure(await agent.submit(shown, {}, ['decision', 'allow'], formWith(shown, 'decision'))).searchParams.get('code')).not.toBeNull();
    expect(departure(await ask({ ...third, prompt: 'none' }, agent)).searchParams.get('code')).not.toBeNull();
    expect(stepOf(page(await ask({ ...third, prompt: 'consent' }, agent)))).toBe('consent');
    expect(stepOf(page(await ask({ ...third, scope: 'openid profile email' }, agent)))).toBe('consent');
  });

  it('UIX-7 a scope that the form adds is not granted; one that was unticked is not either', async () => {
    const agent = await signedIn();
    const shown = page(await ask({ ...third, scope: 'openid profile', prompt: 'consent' }, agent));
    const form = formWith(shown, 'decision');
    const fields = form.fields.filter(([name]) => name !== 'scope');
    const body = [...fields, ['scope', 'email'], ['decision', 'allow']].map(([name, value]): [string, string] => [String(name), String(value)]);
    const answer = departure(await agent.post(new URL(form.action), body, { origin: demo.origin }));
    const code = answer.searchParams.get('code') ?? '';
    const tokens = await redeem(clientOf('request-third'), { code, redirect_uri: CALLBACK, code_verifier: verifier });
    expect(String(tokens.body['scope'])).not.toContain('email');
  });
});

describe('UIX-3, UIX-4 the interaction belongs to the browser that began it', () => {
  it('another browser that opens its address gets a page, no step and no code', async () => {
    const shown = page(await ask({}));
    const foreign = page(await new UserAgent().open(shown.url));
    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(stepOf(foreign)).toBeNull();
  });

  it.each([
    ['without the CSRF token', (fields: Record<string, string>) => ({ ...fields, csrf: '' }), {}],
    ['from a foreign origin', (fields: Record<string, string>) => fields, { origin: 'https://evil.example.org' }],
  ] as const)('a post %s is refused and changes nothing', async (_case, spoil, headers) => {
    const agent = new UserAgent();
    const shown = page(await ask({}, agent));
    const [form] = shown.forms;
    const fields = spoil({ ...Object.fromEntries(form?.fields ?? []), identifier: 'alice', password: demoUser('alice').password });
    const answer = page(await agent.post(new URL(form?.action ?? ''), Object.entries(fields), { origin: demo.origin, ...headers }));
    expect(answer.status).toBe(403);
    expect(departure(await signIn(agent, page(await agent.open(shown.url)))).searchParams.get('code')).not.toBeNull();
  });

  it('UIX-2 the session handle changes at each sign-in', async () => {
    const agent = await signedIn();
    const before = new Map(agent.cookies);
    departure(await signIn(agent, await ask({ prompt: 'login' }, agent)));
    const changed = [...agent.cookies].filter(([name, value]) => /tessera-session(-state)?$/.test(name) && before.get(name) !== value);
    // At an https issuer the state of the session, which scripts of clients ask about, changes with it.
    expect(changed.map(([name]) => name.replace('__Host-', '')).sort()).toEqual(demo.issuer.startsWith('https:') ? ['tessera-session', 'tessera-session-state'] : ['tessera-session']);
  });

  it('a page that is loaded again goes on; once the interaction is over its address leads nowhere', async () => {
    const agent = new UserAgent();
    const shown = page(await ask({}, agent));
    const again = page(await agent.open(shown.url));
    expect(stepOf(again)).toBe('password');
    expect(departure(await signIn(agent, again)).searchParams.get('code')).not.toBeNull();
    const over = await agent.open(shown.url);
    expect('html' in over ? stepOf(over) : over.url.searchParams.get('code')).toBeNull();
  });

  it('a cross-site POST without cookies is answered like a GET', async () => {
    const signed = await signedIn();
    const answer = await new UserAgent().exchange(new URL(`${demo.issuer}/authorize`), {
      method: 'POST',
      body: new URLSearchParams(VALID).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://request-flow.example.org', 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(303);
    const next = new URL(answer.headers.get('location') ?? '', demo.issuer);
    expect(departure(await signed.open(next)).searchParams.get('code')).not.toBeNull();
  });

  it('AUT-6 scripts of other origins may not read the endpoint', async () => {
    const response = await fetch(authorizationUrl(VALID), { redirect: 'manual', headers: { origin: 'https://evil.example.org' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('AUT-10 HEAD makes nothing', async () => {
    const agent = await signedIn();
    const response = await agent.exchange(authorizationUrl(VALID), { method: 'HEAD' });
    expect(response.headers.get('location') ?? '').not.toContain('code=');
  });
});

describe('GEN-6 who may no longer sign in', () => {
  it('a disabled account is refused in the words of a wrong password, also with a session; its codes are not redeemed', async () => {
    const yaml = `
users:
  - username: request-carol
    password:
      from_environment: CAROL_PASSWORD
`;
    await declare(yaml, { CAROL_PASSWORD: 'a long enough password' });
    const carol = { username: 'request-carol', password: 'a long enough password' };
    const agent = new UserAgent();
    const code = departure(await signIn(agent, await ask({}, agent), carol)).searchParams.get('code') ?? '';
    expect((await tessera(['user', 'disable', 'request-carol'])).status).toBe(0);
    const spent = await redeem(clientOf('request-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier });
    expect([spent.status, spent.body['error']]).toEqual([400, 'invalid_grant']);
    expect(departure(await ask({ prompt: 'none' }, agent)).searchParams.get('error')).toBe('login_required');
    const words = async (password: string) => {
      const other = new UserAgent();
      const shown = page(await other.submit(page(await ask({}, other)), { identifier: carol.username, password }));
      return [shown.status, shown.html.replaceAll(/(value|content|nonce|href|action)="[^"]*"/g, '')];
    };
    expect(await words(carol.password)).toEqual(await words('not the password'));
    expect((await tessera(['user', 'enable', 'request-carol'])).status).toBe(0);
    const back = new UserAgent();
    expect(departure(await signIn(back, await ask({}, back), carol)).searchParams.get('code')).not.toBeNull();
  });
});
