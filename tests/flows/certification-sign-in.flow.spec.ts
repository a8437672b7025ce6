import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { CertifiedClient, inDatabase } from './certification.js';
import { demo, type DemoClient, post } from './demo.js';
import { authorizationUrl, departure, formWith, page, signIn, stepOf, text, UserAgent, userinfo } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://certification-sign-in.example.org/cb';
const QUERY = `${CALLBACK}?dummy1=lorem&dummy2=ipsum`;
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

let clientOf: (clientId: string) => DemoClient;
const of = (clientId: string, scope?: string, redirectUri = CALLBACK) => new CertifiedClient(clientOf(clientId), redirectUri, scope);
beforeAll(async () => {
  const client = (clientId: string, more = '', uris = CALLBACK) => `
  - client_id: ${clientId}
    client_name: Certified
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, implicit, refresh_token]
    response_types: [code, id_token, id_token token, code id_token, code token]
    scope: openid profile email address phone offline_access
    redirect_uris: ["${uris}"]
    first_party: true
    require_pkce: false
${more}`;
  const signing = ALGORITHMS.map((one) => client(`sign-${one.toLowerCase()}`, `    id_token_signed_response_alg: ${one}\n    userinfo_signed_response_alg: ${one}\n`));
  clientOf = await declare(`clients:${client('sign-in')}${client('sign-in-query', '', QUERY)}${client('sign-in-third', '').replace('first_party: true', 'first_party: false')}${signing.join('')}
  - client_id: sign-in-two
    client_name: Two addresses
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: ["${CALLBACK}", "${CALLBACK}2"]
    first_party: true
`);
}, 60_000);

const keys = createRemoteJWKSet(new URL(`${demo.issuer}/jwks`), { cooldownDuration: 0 });
const ask = (more: Readonly<Record<string, string | undefined>>, agent = new UserAgent()) => agent.open(authorizationUrl({ ...of('sign-in').request, ...more }));
const half = (value: string, algorithm = 'sha256') => {
  const digest = createHash(algorithm).update(value).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
};
const PROFILE = ['birthdate', 'family_name', 'gender', 'given_name', 'locale', 'middle_name', 'name', 'nickname', 'picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo'];

describe('OpenID certification, ID token and userinfo', () => {
  it.each(ALGORITHMS)('ID token: %s as registered, with kid; iss, aud, exp, iat, sub, nonce, auth_time, acr', async (algorithm) => {
    const idToken = text(await of(`sign-${algorithm.toLowerCase()}`).tokens({ nonce: 'n-0S6' }), 'id_token');
    const { payload, protectedHeader } = await jwtVerify(idToken, keys, { issuer: demo.issuer, audience: `sign-${algorithm.toLowerCase()}` });
    expect(protectedHeader).toMatchObject({ alg: algorithm, kid: expect.any(String) });
    expect(payload).toMatchObject({ nonce: 'n-0S6', acr: '1', sub: expect.any(String), auth_time: expect.any(Number) });
    expect(Math.abs(Number(payload.iat) - Date.now() / 1_000)).toBeLessThan(300);
  });

  it('ID token: RS256 by default, and no nonce when none was sent', async () => {
    const idToken = text(await of('sign-in').tokens(), 'id_token');
    expect([decodeProtectedHeader(idToken).alg, 'nonce' in decodeJwt(idToken)]).toEqual(['RS256', false]);
  });

  it.each(ALGORITHMS)('at_hash, c_hash, s_hash: right for %s where a token or code comes along', async (algorithm) => {
    const digest = algorithm === 'EdDSA' ? 'sha512' : 'sha256';
    const answer = async (responseType: string) => {
      const agent = new UserAgent();
      const request = { ...of(`sign-${algorithm.toLowerCase()}`).request, response_type: responseType, nonce: 'n' };
      return new URLSearchParams(departure(await signIn(agent, await agent.open(authorizationUrl(request)))).hash.slice(1));
    };
    const [withToken, withCode] = [await answer('id_token token'), await answer('code id_token')];
    expect(decodeJwt(withToken.get('id_token') ?? '')['at_hash']).toBe(half(withToken.get('access_token') ?? '', digest));
    expect(decodeJwt(withCode.get('id_token') ?? '')['c_hash']).toBe(half(withCode.get('code') ?? '', digest));
    const { body } = await of(`sign-${algorithm.toLowerCase()}`).tokens();
    expect(decodeJwt(String(body['id_token']))['at_hash']).toBe(half(String(body['access_token']), digest));
  });

  it('Extra claims: none in the ID token that were not asked for', async () => {
    const claims = await of('sign-in', 'openid profile email address phone').idToken({ nonce: 'n' });
    const allowed = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'azp', 'at_hash', 'c_hash', 's_hash', 'nbf', 'jti', 'sid', 'txn'];
    expect(Object.keys(claims).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('Claim types: strings that say something, booleans, seconds, a date, an address', async () => {
    const token = text(await of('sign-in', 'openid profile email address phone').tokens(), 'access_token');
    const { body } = await userinfo(token);
    expect(body).toMatchObject({
      email_verified: expect.any(Boolean), phone_number_verified: expect.any(Boolean), updated_at: expect.any(Number),
      birthdate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/), address: expect.any(Object),
    });
    expect(Object.values(body).filter((value) => value === '' || value === 'null' || value === null)).toEqual([]);
  });

  it.each([
    ['profile', PROFILE],
    ['email', ['email', 'email_verified']],
    ['phone', ['phone_number', 'phone_number_verified']],
    ['address', ['address']],
  ])('Scope claims: %s', async (scope, claims) => {
    const { body } = await userinfo(text(await of('sign-in', `openid ${scope}`).tokens(), 'access_token'));
    expect(Object.keys(body).sort()).toEqual([...claims, 'sub'].sort());
  });

  it('claims parameter: essential name under userinfo stands at userinfo and not in the ID token; under id_token of response type id_token it stands there', async () => {
    const { body } = await of('sign-in').tokens({ claims: JSON.stringify({ userinfo: { name: { essential: true } } }) });
    expect([(await userinfo(String(body['access_token']))).body['name'], decodeJwt(String(body['id_token']))['name']]).toEqual([expect.any(String), undefined]);
    const agent = new UserAgent();
    const request = { response_type: 'id_token', nonce: 'n', claims: JSON.stringify({ id_token: { name: { essential: true } } }) };
    const url = departure(await signIn(agent, await ask(request, agent)));
    expect(decodeJwt(new URLSearchParams(url.hash.slice(1)).get('id_token') ?? '')['name']).toEqual(expect.any(String));
  });

  it.each([
    ['value', { id_token: { acr: { essential: true, value: '1' } } }, null],
    ['values', { id_token: { acr: { essential: true, values: ['9', '1'] } } }, null],
    ['a value nobody reaches, essential', { id_token: { acr: { essential: true, value: '9' } } }, 'unmet_authentication_requirements'],
    ['a value nobody reaches, voluntary', { id_token: { acr: { values: ['9'] } } }, null],
    ['a value of another claim: told as it is', { userinfo: { name: { essential: true, value: 'Nobody' } } }, null],
  ])('claims parameter: %s (OIDC Core §5.5.1, §5.5.1.1)', async (_case, claims, error) => {
    const agent = new UserAgent();
    const url = departure(await signIn(agent, await ask({ claims: JSON.stringify(claims) }, agent)));
    expect([url.searchParams.get('error'), url.searchParams.has('code')]).toEqual([error, error === null]);
  });

  it('claims parameter: a sub with a value is for that person alone (OIDC Core §5.5.1)', async () => {
    const agent = new UserAgent();
    const { sub = '' } = await of('sign-in').idToken({}, agent);
    const asked = (value: string) => ask({ prompt: 'none', claims: JSON.stringify({ id_token: { sub: { value } } }) }, agent);
    expect(departure(await asked(sub)).searchParams.has('code')).toBe(true);
    expect(departure(await asked('usr_somebodyelse')).searchParams.get('error')).toBe('login_required');
  });

  it.each([['1'], ['1 2'], ['9']])('acr_values: %s is no error; acr is what was reached', async (acrValues) => {
    expect((await of('sign-in').idToken({ acr_values: acrValues }))['acr']).toBe('1');
  });

  it('Userinfo: GET and POST with the header, POST with the token in the form; never in the query; sub of the ID token', async () => {
    const { body } = await of('sign-in').tokens();
    const token = String(body['access_token']);
    const { sub } = decodeJwt(String(body['id_token']));
    const answers = [await userinfo(token), await userinfo(token, { method: 'POST', headers: { authorization: `Bearer ${token}` } }), await post('/userinfo', { access_token: token })];
    expect(answers.map((one) => [one.status, one.body['sub']])).toEqual([[200, sub], [200, sub], [200, sub]]);
    expect((await fetch(`${demo.issuer}/userinfo?access_token=${token}`)).status).toBe(400);
  });

  it.each(ALGORITHMS)('Signed userinfo: application/jwt by %s, with iss and aud, without nonce', async (algorithm) => {
    const clientId = `sign-${algorithm.toLowerCase()}`;
    const answer = await userinfo(text(await of(clientId, 'openid email').tokens({ nonce: 'n' }), 'access_token'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jwt']);
    const { payload, protectedHeader } = await jwtVerify(answer.text, keys, { issuer: demo.issuer, audience: clientId });
    expect([protectedHeader.alg, typeof payload.sub, payload['nonce']]).toEqual([algorithm, 'string', undefined]);
  });
});

describe('OpenID certification, authorization request', () => {
  it('response_type missing: a redirect with invalid_request or unsupported_response_type', async () => {
    expect(['invalid_request', 'unsupported_response_type']).toContain(departure(await ask({ response_type: undefined })).searchParams.get('error'));
  });

  it.each([
    ['id_token', 'invalid_request'],
    ['id_token token', 'invalid_request'],
    ['code id_token', 'invalid_request'],
    ['code token', null],
    ['code', null],
  ])('nonce missing: %s', async (responseType, error) => {
    const shown = await ask({ response_type: responseType });
    if (error === null) expect(page(shown).status).toBe(200);
    else expect(new URLSearchParams(departure(shown).hash.slice(1)).get('error')).toBe(error);
  });

  it.each([
    ['an appended path', 'sign-in', `${CALLBACK}/more`],
    ['an added query', 'sign-in', `${CALLBACK}?a=b`],
    ['a changed query', 'sign-in-query', QUERY.replace('lorem', 'x')],
    ['a longer query', 'sign-in-query', `${QUERY}&dummy3=x`],
    ['none of two registered', 'sign-in-two', undefined],
  ])('redirect_uri: %s is a page and never a redirect', async (_case, clientId, redirectUri) => {
    expect(page(await ask({ client_id: clientId, redirect_uri: redirectUri })).status).toBe(400);
  });

  it('redirect_uri: a registered query stays in the redirect', async () => {
    const response = await of('sign-in-query', 'openid', QUERY).response();
    expect([response.get('dummy1'), response.get('dummy2'), response.get('code')?.length]).toEqual(['lorem', 'ipsum', 43]);
  });

  it('prompt=none, no session: login_required, with a state of 128 characters', async () => {
    const state = 's'.repeat(128);
    const { searchParams } = departure(await ask({ prompt: 'none', state }));
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['login_required', state]);
  });

  it('prompt=none, session: the same sub and auth_time, with id_token_hint too', async () => {
    const agent = new UserAgent();
    const tokens = await of('sign-in').tokens({}, agent);
    const first = decodeJwt(text(tokens, 'id_token'));
    for (const more of [{}, { id_token_hint: text(tokens, 'id_token') }]) {
      expect(await of('sign-in').idToken({ prompt: 'none', ...more }, agent)).toMatchObject({ sub: first.sub, auth_time: first['auth_time'] });
    }
  });

  it('prompt=login: shown although there is a session', async () => {
    const agent = new UserAgent();
    const first = await of('sign-in').idToken({}, agent);
    const shown = page(await ask({ prompt: 'login' }, agent));
    expect(stepOf(shown)).toBe('password');
    const second = await of('sign-in').idToken({ prompt: 'login' }, agent);
    expect([second.sub, Number(second['auth_time']) >= Number(first['auth_time'])]).toEqual([first.sub, true]);
  });

  it('prompt=consent: asked although it was given, and offline_access with it gives a refresh token', async () => {
    const agent = new UserAgent();
    const third = of('sign-in-third', 'openid offline_access');
    const tokens = await third.tokens({ prompt: 'consent' }, agent);
    expect(tokens.body['refresh_token']).toEqual(expect.any(String));
    expect(stepOf(page(await ask({ client_id: 'sign-in-third', scope: 'openid offline_access', prompt: 'consent' }, agent)))).toBe('consent');
  });

  it('max_age=1: two seconds later the password is asked for, and auth_time is new', async () => {
    const agent = new UserAgent();
    const { sid } = await of('sign-in').idToken({}, agent);
    await inDatabase(`UPDATE session SET authenticated_at = authenticated_at - interval '2 seconds' WHERE sid = $1`, [sid]);
    const { auth_time: first } = await of('sign-in').idToken({ prompt: 'none' }, agent);
    expect(stepOf(page(await ask({ max_age: '1' }, agent)))).toBe('password');
    const { auth_time: second, iat } = await of('sign-in').idToken({ max_age: '1' }, agent);
    expect([Number(second) > Number(first), Number(iat) - Number(second) <= 1]).toEqual([true, true]);
  });

  it('max_age=15000, then 10000: no login; auth_time is there and the same', async () => {
    const agent = new UserAgent();
    const first = await of('sign-in').idToken({ max_age: '15000' }, agent);
    const second = await of('sign-in').idToken({ max_age: '10000', prompt: 'none' }, agent);
    expect([second['auth_time'], typeof first['auth_time']]).toEqual([first['auth_time'], 'number']);
  });

  it.each([
    ['login_hint', { login_hint: 'alice' }],
    ['ui_locales=se', { ui_locales: 'se' }],
    ['claims_locales=se', { claims_locales: 'se' }],
    ['display=page', { display: 'page' }],
    ['display=popup', { display: 'popup' }],
    ['extra=foobar', { extra: 'foobar' }],
    ['another scope order', { scope: 'email openid' }],
  ])('%s: never an error', async (_case, more) => {
    expect(await of('sign-in').code(more)).toHaveLength(43);
  });

  it('POST /authorize: like GET, and from another site', async () => {
    const agent = new UserAgent();
    await of('sign-in').code({}, agent);
    const crossSite = { origin: 'https://elsewhere.example.org', 'sec-fetch-site': 'cross-site' };
    const shown = await agent.copy().post(new URL(`${demo.issuer}/authorize`), Object.entries(of('sign-in').request), crossSite);
    expect(departure(await signIn(agent, shown)).searchParams.get('code')).toHaveLength(43);
    // A browser sends no Lax cookies with it.
    const bare = await new UserAgent().post(new URL(`${demo.issuer}/authorize`), Object.entries(of('sign-in').request), crossSite);
    expect(stepOf(page(bare))).toBe('password');
  });

  it('PKCE S256: accepted without being required', async () => {
    expect(await of('sign-in').code()).toHaveLength(43);
    expect(await of('sign-in').code({ code_challenge: undefined, code_challenge_method: undefined })).toHaveLength(43);
  });

  it('request by value, alg none: request_not_supported', async () => {
    const request = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(of('sign-in').request)).toString('base64url')}.`;
    expect(departure(await ask({ request })).searchParams.get('error')).toBe('request_not_supported');
  });

  it('request_uri: request_uri_not_supported, or fetched where the deployment does and the client registered it', async () => {
    const { searchParams } = departure(await ask({ request_uri: 'https://certification-sign-in.example.org/request.jwt#hash' }));
    expect(['request_uri_not_supported', 'invalid_request_uri']).toContain(searchParams.get('error'));
  });

  it.each([[{}, 'code'], [{ prompt: 'none' }, 'error']])('response_mode=form_post: a form that posts itself, nothing in the query, errors too (%j)', async (more, name) => {
    const agent = new UserAgent();
    const shown = page(await signIn(agent, await ask({ response_mode: 'form_post', state: 'st', ...more }, agent)));
    const [form] = shown.forms;
    expect([form?.action, form?.method, Object.fromEntries(form?.fields ?? [])]).toEqual([CALLBACK, 'POST', expect.objectContaining({ [name]: expect.any(String), state: 'st' })]);
  });

  it('User refuses: access_denied with state', async () => {
    const agent = new UserAgent();
    const login = page(await ask({ client_id: 'sign-in-third', state: 'st', prompt: 'consent' }, agent));
    const { username, password } = demo.users[1] ?? { username: '', password: '' };
    const consent = page(await agent.submit(login, { identifier: username, password }));
    const { searchParams } = departure(await agent.submit(consent, {}, ['decision', 'deny'], formWith(consent, 'decision')));
    expect([searchParams.get('error'), searchParams.get('state'), searchParams.has('code')]).toEqual(['access_denied', 'st', false]);
  });
});
