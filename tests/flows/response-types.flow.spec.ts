import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { demo, type DemoClient } from './demo.js';
import { asClient, authorizationUrl, departure, page, proofKey, redeem, refresh, signIn, text, tokensByCode, UserAgent, userinfo } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://response-types-flow.example.org/cb';

const DECLARATION = `
clients:
  - client_id: types-web
    client_name: Every response type
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, implicit, refresh_token]
    response_types: [code, id_token, id_token token, code id_token, code token, code id_token token]
    scope: openid profile email offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: types-es256
    client_name: Hybrid with ES256
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, implicit]
    response_types: [code id_token]
    id_token_signed_response_alg: ES256
    scope: openid
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: types-code
    client_name: The code alone
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [${CALLBACK}]
    first_party: true
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION);
}, 60_000);

const { verifier, challenge } = proofKey();
const keys = createRemoteJWKSet(new URL(`${demo.issuer}/jwks`));
const half = (value: string, digest = 'sha256') => {
  const hashed = createHash(digest).update(value).digest();
  return hashed.subarray(0, hashed.length / 2).toString('base64url');
};
type Parameters = Readonly<Record<string, string | undefined>>;
const asked = (responseType: string, more: Parameters = {}) => ({
  client_id: 'types-web', redirect_uri: CALLBACK, response_type: responseType, scope: 'openid', state: 'st', nonce: 'n-0S6',
  ...(responseType.includes('code') ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}), ...more,
});
const fragmentOf = (url: URL) => new URLSearchParams(url.hash.slice(1));
/** The response to a request in the fragment, the person signing in when asked. */
async function answered(responseType: string, more: Parameters = {}, agent = new UserAgent()): Promise<URLSearchParams> {
  const url = departure(await signIn(agent, await agent.open(authorizationUrl(asked(responseType, more)))));
  expect([`${url.origin}${url.pathname}`, url.search]).toEqual([CALLBACK, '']);
  return fragmentOf(url);
}
const verified = async (idToken: string | null, audience = 'types-web') => (await jwtVerify(idToken ?? '', keys, { issuer: demo.issuer, audience })).payload;
async function configured(clientId: string, ...setUp: ((configuration: openid.Configuration) => void)[]): Promise<openid.Configuration> {
  const { client_secret = '' } = clientOf(clientId);
  return openid.discovery(new URL(demo.issuer), clientId, undefined, openid.ClientSecretBasic(client_secret), { execute: [openid.allowInsecureRequests, ...setUp] });
}

describe('OIDC Core §3.2, §3.3, AUT-3 with openid-client', () => {
  it('id_token (implicit)', async () => {
    const configuration = await configured('types-web', openid.useIdTokenResponseType);
    const agent = new UserAgent();
    const url = openid.buildAuthorizationUrl(configuration, { redirect_uri: CALLBACK, scope: 'openid', nonce: 'n', state: 'st' });
    const back = departure(await signIn(agent, await agent.open(url)));
    const claims = await openid.implicitAuthentication(configuration, back, 'n', { expectedState: 'st' });
    expect([claims.aud, claims.nonce]).toEqual(['types-web', 'n']);
  });

  it.each([['types-web'], ['types-es256']])('code id_token (hybrid), %s', async (clientId) => {
    const configuration = await configured(clientId, openid.useCodeIdTokenResponseType);
    const agent = new UserAgent();
    const url = openid.buildAuthorizationUrl(configuration, { redirect_uri: CALLBACK, scope: 'openid', nonce: 'n', state: 'st', code_challenge: challenge, code_challenge_method: 'S256' });
    const back = departure(await signIn(agent, await agent.open(url)));
    const tokens = await openid.authorizationCodeGrant(configuration, back, { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'n' });
    const inFront = await verified(fragmentOf(back).get('id_token'), clientId);
    expect(tokens.claims()).toMatchObject({ sub: inFront.sub, auth_time: inFront['auth_time'], sid: inFront['sid'] });
  });
});

describe('OIDC Core §3.2.2.5, §3.3.2.5 what each response carries', () => {
  it.each([
    ['id_token', ['id_token', 'state', 'iss']],
    ['id_token token', ['access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss']],
    ['token id_token', ['access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss']],
    ['code id_token', ['code', 'id_token', 'state', 'iss']],
    ['code token', ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'state', 'iss']],
    ['code id_token token', ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss']],
  ])('%s', async (responseType, names) => {
    const response = await answered(responseType);
    const standard = [...response.keys()].filter((name) => name !== 'session_state');
    expect(standard).toEqual(names);
    expect([response.get('state'), response.get('iss')]).toEqual(['st', demo.issuer]);
    if (response.has('access_token')) expect([response.get('token_type'), response.get('expires_in')]).toEqual(['Bearer', '600']);
  });

  it('the ID token: kid, nonce, at_hash and c_hash, exp, iat, auth_time, acr, sid (§3.2.2.10, §3.3.2.11)', async () => {
    const response = await answered('code id_token token');
    const { payload, protectedHeader } = await jwtVerify(response.get('id_token') ?? '', keys, { issuer: demo.issuer, audience: 'types-web' });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    expect(payload).toMatchObject({ nonce: 'n-0S6', at_hash: half(response.get('access_token') ?? ''), c_hash: half(response.get('code') ?? ''), acr: '1', sid: expect.any(String), auth_time: expect.any(Number) });
    expect(payload).not.toHaveProperty('s_hash');
  });

  it('the access token answers at the userinfo endpoint, with the same sub', async () => {
    const response = await answered('id_token token', { scope: 'openid email' });
    const { sub } = await verified(response.get('id_token'));
    const answer = await userinfo(response.get('access_token') ?? '');
    expect([answer.status, answer.body['sub'], Object.keys(answer.body).sort()]).toEqual([200, sub, ['email', 'email_verified', 'sub']]);
  });

  it('the code is redeemed like any other; the ID tokens speak of the same sign-in (§3.3.3.6)', async () => {
    const response = await answered('code id_token');
    const tokens = await redeem(clientOf('types-web'), { code: response.get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier });
    const [first, second] = [await verified(response.get('id_token')), await verified(text(tokens, 'id_token'))];
    expect([second.sub, second.iss, second['nonce'], second['sid']]).toEqual([first.sub, first.iss, first['nonce'], first['sid']]);
  });

  it('I2 a replayed code ends the access token that came with it (RFC 6749 §4.1.2)', async () => {
    const response = await answered('code token');
    const parameters = { code: response.get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier };
    expect((await redeem(clientOf('types-web'), parameters)).status).toBe(200);
    expect((await userinfo(response.get('access_token') ?? '')).status).toBe(200);
    expect((await redeem(clientOf('types-web'), parameters)).body['error']).toBe('invalid_grant');
    expect((await userinfo(response.get('access_token') ?? '')).status).toBe(401);
  });

  it('RFC 7009 an access token of the front channel is revoked like any other', async () => {
    const response = await answered('id_token token');
    const token = response.get('access_token') ?? '';
    expect((await asClient(clientOf('types-web'), '/revoke', { token })).status).toBe(200);
    expect((await userinfo(token)).status).toBe(401);
  });

  it('GEN-2, AUT-5 is not stored by anyone, leads on by 303 and tells no referrer', async () => {
    const agent = new UserAgent();
    await answered('id_token', {}, agent);
    const response = await agent.exchange(authorizationUrl(asked('id_token token', { prompt: 'none' })), { method: 'GET' });
    expect([response.status, response.headers.get('cache-control'), response.headers.get('referrer-policy')]).toEqual([303, 'no-store', 'no-referrer']);
    expect(response.headers.get('location')).toContain('#access_token=');
  });

  it('is sent as a form where response_mode=form_post was asked, with nothing in the address', async () => {
    const agent = new UserAgent();
    const shown = page(await signIn(agent, await agent.open(authorizationUrl(asked('code id_token token', { response_mode: 'form_post' })))));
    const [form] = shown.forms;
    expect([form?.action, form?.method, form?.fields.map(([name]) => name).filter((name) => name !== 'session_state')]).toEqual([
      CALLBACK, 'POST', ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss'],
    ]);
  });
});

describe('RFC 6749 §4.2.2, OIDC Core §11 no refresh token by the front channel', () => {
  it('offline_access without a code is ignored', async () => {
    const response = await answered('id_token token', { scope: 'openid offline_access', prompt: 'consent' });
    expect([response.get('scope'), response.has('refresh_token')]).toEqual(['openid', false]);
  });

  it('with a code it comes from the token endpoint, and refreshes', async () => {
    const response = await answered('code id_token token', { scope: 'openid offline_access', prompt: 'consent' });
    expect(response.has('refresh_token')).toBe(false);
    const tokens = await redeem(clientOf('types-web'), { code: response.get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier });
    expect((await refresh(clientOf('types-web'), text(tokens, 'refresh_token'))).status).toBe(200);
  });
});

describe('OIDC Core §5.4, §5.5 claims in the ID token of a response', () => {
  it('of scopes only where there is no access token', async () => {
    const alone = await verified((await answered('id_token', { scope: 'openid email' })).get('id_token'));
    const beside = await verified((await answered('id_token token', { scope: 'openid email' })).get('id_token'));
    expect([alone['email'], alone['email_verified'] !== undefined, beside['email']]).toEqual([expect.stringContaining('@'), true, undefined]);
  });

  it('asked for by name, essential or not', async () => {
    const claims = JSON.stringify({ id_token: { name: { essential: true } }, userinfo: { email: null } });
    const payload = await verified((await answered('id_token', { claims })).get('id_token'));
    expect([typeof payload['name'], payload['email']]).toEqual(['string', undefined]);
  });
});

describe('OIDC Core §3.2.2.6, §3.3.2.6, AUT-3 refusals', () => {
  const refusal = async (parameters: Parameters, agent = new UserAgent()) => departure(await agent.open(authorizationUrl(parameters)));

  it.each([
    ['id_token', { nonce: undefined }, 'invalid_request'],
    ['code id_token', { nonce: undefined }, 'invalid_request'],
    ['code id_token token', { nonce: undefined }, 'invalid_request'],
    ['id_token token', { response_mode: 'query' }, 'invalid_request'],
    ['code id_token', { response_mode: 'query' }, 'invalid_request'],
    ['id_token', { prompt: 'none' }, 'login_required'],
    ['token', {}, 'unsupported_response_type'],
    ['code id_token', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['id_token', { scope: 'email' }, 'invalid_scope'],
  ] as [string, Parameters, string][])('%s with %j: %s, in the fragment, state and iss with it', async (responseType, more, error) => {
    const url = await refusal(asked(responseType, more));
    const response = fragmentOf(url);
    expect([url.search, response.get('error'), response.get('state'), response.get('iss')]).toEqual(['', error, 'st', demo.issuer]);
    expect([...response.keys()].filter((name) => !['error', 'error_description', 'state', 'iss', 'session_state'].includes(name))).toEqual([]);
  });

  it.each([['code token'], ['code']])('%s without a nonce is accepted', async (responseType) => {
    const agent = new UserAgent();
    expect(page(await agent.open(authorizationUrl(asked(responseType, { nonce: undefined })))).status).toBe(200);
  });

  it.each([['id_token'], ['code id_token'], ['code token'], ['id_token token'], ['token']])('%s of a client that did not register it: unsupported_response_type, where that client reads', async (responseType) => {
    const url = await refusal(asked(responseType, { client_id: 'types-code' }));
    expect([url.hash, url.searchParams.get('error')]).toEqual(['', 'unsupported_response_type']);
  });

  it('a client that registered code id_token alone gets no code alone', async () => {
    const url = await refusal(asked('code', { client_id: 'types-es256' }));
    expect(url.searchParams.get('error')).toBe('unsupported_response_type');
  });

  it('RFC 6749 §4.2 the token endpoint has no implicit grant', async () => {
    const answer = await asClient(clientOf('types-web'), '/token', { grant_type: 'implicit' });
    expect([answer.status, answer.body['error']]).toEqual([400, 'unsupported_grant_type']);
  });

  it('an ID token of the front channel is a hint like any other (OIDC Core §3.1.2.1)', async () => {
    const agent = new UserAgent();
    const hint = (await answered('id_token', {}, agent)).get('id_token') ?? '';
    const url = departure(await agent.open(authorizationUrl(asked('id_token', { prompt: 'none', id_token_hint: hint }))));
    expect(fragmentOf(url).get('id_token')).toMatch(/^eyJ/);
  });
});

describe('RFC 9126 a hybrid request that is pushed', () => {
  it('is answered in the fragment', async () => {
    const { client_id: _none, ...parameters } = asked('code id_token');
    const pushed = await asClient(clientOf('types-web'), '/par', parameters as Record<string, string>);
    const agent = new UserAgent();
    const back = departure(await signIn(agent, await agent.open(authorizationUrl({ client_id: 'types-web', request_uri: text(pushed, 'request_uri') }))));
    expect(fragmentOf(back).get('code')).toHaveLength(43);
  });

  it('a code by tokensByCode is still answered in the query', async () => {
    expect((await tokensByCode(clientOf('types-web'), CALLBACK)).status).toBe(200);
  });
});
