import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { demo, type DemoClient, demoUser } from './demo.js';
import { authorizationUrl, authorize, departure, page, proofKey, redeem, refresh, signIn, stepOf, text, tokensByCode, userinfo, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://code-flow.example.org/cb';
const ORDERS = 'https://api.example.com/orders';
const VAULT = 'https://api.example.com/vault';

const DECLARATION = `
clients:
  - client_id: code-web
    client_name: Web application of the code flow
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email address phone offline_access orders.read
    resources: [${ORDERS}, ${VAULT}]
    redirect_uris: [${CALLBACK}, "${CALLBACK}?dummy1=lorem&dummy2=ipsum"]
    first_party: true
  - client_id: code-spa
    client_name: Page that cannot keep a secret
    token_endpoint_auth_method: none
    grant_types: [authorization_code, refresh_token]
    scope: openid email offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: code-es256
    client_name: ES256 ID tokens, pairwise subjects, no proof key needed
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid profile
    redirect_uris: [${CALLBACK}]
    first_party: true
    require_pkce: false
    subject_type: pairwise
    id_token_signed_response_alg: ES256
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION);
}, 60_000);

const jwks = createRemoteJWKSet(new URL(`${demo.issuer}/jwks`));
const verified = (idToken: string, audience: string) => jwtVerify(idToken, jwks, { issuer: demo.issuer, audience });

describe('RFC 6749 §4.1, RFC 7636, OIDC Core §3.1 with openid-client', () => {
  const insecure = { execute: [openid.allowInsecureRequests] };

  it.each([
    ['a confidential client', 'code-web'],
    ['a public client', 'code-spa'],
  ])('signs a person in to %s', async (_case, clientId) => {
    const client = clientOf(clientId);
    const authentication = client.client_secret === undefined ? openid.None() : openid.ClientSecretBasic(client.client_secret);
    const configuration = await openid.discovery(new URL(demo.issuer), clientId, undefined, authentication, insecure);
    const { verifier, challenge } = proofKey();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: CALLBACK,
      scope: 'openid email offline_access',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const agent = new UserAgent();
    const back = departure(await signIn(agent, await agent.open(url)));
    const tokens = await openid.authorizationCodeGrant(configuration, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
    expect(tokens.claims()).toMatchObject({ iss: demo.issuer, aud: clientId, nonce, acr: '1', amr: ['pwd'], sid: expect.any(String), auth_time: expect.any(Number) });
    const claims = await openid.fetchUserInfo(configuration, tokens.access_token, String(tokens.claims()?.sub));
    expect(claims).toMatchObject({ sub: tokens.claims()?.sub, email: expect.stringContaining('@') });
    const refreshed = await openid.refreshTokenGrant(configuration, String(tokens.refresh_token));
    expect(refreshed.claims()).toMatchObject({ sub: tokens.claims()?.sub, auth_time: tokens.claims()?.['auth_time'] });
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  });
});

describe('RFC 6749 §4.1 with oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  it('signs a person in, checks state, iss and nonce, and reads userinfo', async () => {
    const { client_id, client_secret } = clientOf('code-web');
    const issuer = new URL(demo.issuer);
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oidc' }));
    const client: oauth.Client = { client_id };
    const { verifier, challenge } = proofKey();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const url = new URL(String(server.authorization_endpoint));
    const request = { client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid profile', code_challenge: challenge, code_challenge_method: 'S256', state, nonce };
    for (const [name, value] of Object.entries(request)) url.searchParams.set(name, value);
    const agent = new UserAgent();
    const back = departure(await signIn(agent, await agent.open(url)));
    const parameters = oauth.validateAuthResponse(server, client, back, state);
    const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.ClientSecretBasic(String(client_secret)), parameters, CALLBACK, verifier, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce, requireIdToken: true });
    const subject = String(oauth.getValidatedIdTokenClaims(tokens)?.sub);
    const answer = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
    await expect(oauth.processUserInfoResponse(server, client, subject, answer)).resolves.toMatchObject({ sub: subject, name: expect.any(String) });
  });
});

describe('RFC 6749 §4.1.2 the authorization response', () => {
  const request = (more: Record<string, string | undefined> = {}) => {
    const { verifier, challenge } = proofKey();
    return { verifier, parameters: { response_type: 'code', client_id: 'code-web', redirect_uri: CALLBACK, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256', ...more } };
  };

  /** Session Management §2: at an https issuer the state of the session as well. */
  const sessionState = demo.issuer.startsWith('https:') ? { session_state: expect.stringMatching(/^[0-9a-f]{64}\.[\w-]+$/) } : {};

  it('has code, state, iss (RFC 9207 §2), session_state and nothing else; the code has 43 characters', async () => {
    const state = 'x'.repeat(128);
    const response = await authorize(request({ state }).parameters);
    expect(Object.fromEntries(response)).toEqual({ code: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), state, iss: demo.issuer, ...sessionState });
  });

  it('has no state when none was sent', async () => {
    expect([...(await authorize(request().parameters)).keys()].sort()).toEqual(['code', 'iss', ...Object.keys(sessionState)]);
  });

  it('keeps the query of the registered redirect URI (RFC 6749 §3.1.2)', async () => {
    const response = await authorize(request({ redirect_uri: `${CALLBACK}?dummy1=lorem&dummy2=ipsum` }).parameters);
    expect(Object.fromEntries(response)).toMatchObject({ dummy1: 'lorem', dummy2: 'ipsum', code: expect.any(String) });
  });

  it('Form Post Response Mode §2: a page that posts itself to the redirect URI, nothing in the query', async () => {
    const agent = new UserAgent();
    const shown = page(await signIn(agent, await agent.open(authorizationUrl(request({ response_mode: 'form_post', state: '"><b>' }).parameters))));
    const [form] = shown.forms;
    expect(form).toMatchObject({ action: CALLBACK, method: 'POST' });
    expect(Object.fromEntries(form?.fields ?? [])).toEqual({ code: expect.any(String), state: '"><b>', iss: demo.issuer, ...sessionState });
    expect(shown.html).not.toContain('<b>');
    expect(shown.headers.get('content-security-policy')).toContain('https://code-flow.example.org');
    expect(shown.headers.get('cache-control')).toBe('no-store');
  });

  it('AUT-5: forms lead on by 303', async () => {
    const agent = new UserAgent();
    const login = page(await agent.open(authorizationUrl(request().parameters)));
    const body = new URLSearchParams([...(login.forms[0]?.fields ?? []).filter(([name]) => name !== 'identifier' && name !== 'password'), ['identifier', 'alice'], ['password', demoUser('alice').password]].map(([name, value]): [string, string] => [String(name), String(value)]));
    const response = await agent.exchange(new URL(login.forms[0]?.action ?? ''), { method: 'POST', body: body.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', origin: demo.origin } });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^https:\/\/code-flow\.example\.org\/cb\?/);
  });
});

describe('OIDC Core §2, §3.1.3.6 the ID token', () => {
  it('RS256 with a kid; nonce, auth_time, acr, amr, sid, and the at_hash of its access token', async () => {
    const answer = await tokensByCode(clientOf('code-web'), CALLBACK, { nonce: 'n'.repeat(64) });
    const { payload, protectedHeader } = await verified(text(answer, 'id_token'), 'code-web');
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    const half = createHash('sha256').update(text(answer, 'access_token')).digest().subarray(0, 16).toString('base64url');
    expect(payload).toMatchObject({ nonce: 'n'.repeat(64), at_hash: half, acr: '1', amr: ['pwd'], sid: expect.any(String) });
    expect(Object.keys(payload).sort()).toEqual(['acr', 'amr', 'at_hash', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'nonce', 'sid', 'sub']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('ES256 where the client registered it; a pairwise subject that is its own (§8.1), the same at userinfo (TOK-7)', async () => {
    const pairwise = await tokensByCode(clientOf('code-es256'), CALLBACK);
    const { payload, protectedHeader } = await verified(text(pairwise, 'id_token'), 'code-es256');
    expect(protectedHeader.alg).toBe('ES256');
    const open = await tokensByCode(clientOf('code-web'), CALLBACK);
    expect(payload.sub).not.toBe(decodeJwt(text(open, 'id_token')).sub);
    expect((await userinfo(text(pairwise, 'access_token'))).body['sub']).toBe(payload.sub);
    const again = await tokensByCode(clientOf('code-es256'), CALLBACK);
    expect(decodeJwt(text(again, 'id_token')).sub).toBe(payload.sub);
  });

  it('no ID token without openid (OIDC Core §3.1.2.1)', async () => {
    const answer = await tokensByCode(clientOf('code-web'), CALLBACK, { scope: 'orders.read', resource: ORDERS });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('id_token');
  });

  it('claims asked for in the ID token stand there, those asked for at userinfo do not (§5.5)', async () => {
    const claims = JSON.stringify({ id_token: { email: { essential: true } }, userinfo: { name: { essential: true } } });
    const answer = await tokensByCode(clientOf('code-web'), CALLBACK, { claims });
    const { payload } = await verified(text(answer, 'id_token'), 'code-web');
    expect(payload).toMatchObject({ email: expect.stringContaining('@') });
    expect(payload).not.toHaveProperty('name');
    expect((await userinfo(text(answer, 'access_token'))).body).toMatchObject({ name: expect.any(String) });
  });
});

describe('RFC 8707 §2.2 the access token', () => {
  it('RFC 9068 §2.2 for the resource that was asked for, and for userinfo with openid', async () => {
    const answer = await tokensByCode(clientOf('code-web'), CALLBACK, { scope: 'openid orders.read', resource: ORDERS });
    const { payload, protectedHeader } = await jwtVerify(text(answer, 'access_token'), jwks, { issuer: demo.issuer, typ: 'at+jwt' });
    expect(protectedHeader.alg).toBe('ES256');
    expect([payload.aud].flat()).toContain(ORDERS);
    expect(payload).toMatchObject({ client_id: 'code-web', scope: expect.stringContaining('orders.read'), sub: expect.stringMatching(/^usr_/) });
    expect((await userinfo(text(answer, 'access_token'))).status).toBe(200);
  });

  it('invalid_target for a resource that was not granted', async () => {
    const { verifier, challenge } = proofKey();
    const code = (await authorize({ response_type: 'code', client_id: 'code-web', redirect_uri: CALLBACK, scope: 'openid orders.read', resource: ORDERS, code_challenge: challenge, code_challenge_method: 'S256' })).get('code') ?? '';
    const answer = await redeem(clientOf('code-web'), { code, redirect_uri: CALLBACK, code_verifier: verifier, resource: VAULT });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_target']);
  });
});

describe('RFC 6749 §4.1.3 redemption', () => {
  async function fresh(more: Record<string, string | undefined> = {}) {
    const { verifier, challenge } = proofKey();
    const parameters = { response_type: 'code', client_id: 'code-web', redirect_uri: CALLBACK, scope: 'openid offline_access', code_challenge: challenge, code_challenge_method: 'S256', ...more };
    return { code: (await authorize(parameters)).get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier };
  }
  const refused = [400, 'invalid_grant'];
  const outcome = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body['error']];

  it.each([
    ['a wrong verifier', { code_verifier: 'w'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: `${CALLBACK}?dummy1=lorem&dummy2=ipsum` }],
  ])('COD-7 MUST be refused with %s, which does not spend the code', async (_case, wrong) => {
    const right = await fresh();
    expect(outcome(await redeem(clientOf('code-web'), { ...right, ...wrong }))).toEqual(refused);
    expect((await redeem(clientOf('code-web'), right)).status).toBe(200);
  });

  it('COD-7 ends the code at the fifth presentation that does not match', async () => {
    const right = await fresh();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(outcome(await redeem(clientOf('code-web'), { ...right, code_verifier: 'w'.repeat(43) }))).toEqual(refused);
    }
    expect(outcome(await redeem(clientOf('code-web'), right))).toEqual(refused);
  });

  it('COD-4 the code of another client is refused in the same words as an unknown one, and stays good', async () => {
    const right = await fresh();
    const foreign = await redeem(clientOf('code-spa'), right);
    const unknown = await redeem(clientOf('code-spa'), { ...right, code: 'A'.repeat(43) });
    expect(foreign.body).toEqual(unknown.body);
    expect(outcome(foreign)).toEqual(refused);
    expect((await redeem(clientOf('code-web'), right)).status).toBe(200);
  });

  it('COD-2 a second use is refused and revokes what the first one got', async () => {
    const right = await fresh();
    const first = await redeem(clientOf('code-web'), right);
    expect(first.status).toBe(200);
    expect(outcome(await redeem(clientOf('code-web'), right))).toEqual(refused);
    expect((await userinfo(text(first, 'access_token'))).status).toBe(401);
    expect(outcome(await refresh(clientOf('code-web'), text(first, 'refresh_token')))).toEqual(refused);
  });

  it('COD-6 a verifier that nobody asked for is refused', async () => {
    const code = (await authorize({ response_type: 'code', client_id: 'code-es256', redirect_uri: CALLBACK, scope: 'openid' })).get('code') ?? '';
    const present = async (more: Record<string, string>) => outcome(await redeem(clientOf('code-es256'), { code, redirect_uri: CALLBACK, ...more }));
    expect(await present({ code_verifier: 'v'.repeat(43) })).toEqual(refused);
    expect(await present({})).toEqual([200, undefined]);
  });

  it('I1 forty at once: one gets tokens, the others invalid_grant, and nothing is left usable', async () => {
    const right = await fresh();
    const answers = await Promise.all(Array.from({ length: 40 }, () => redeem(clientOf('code-web'), right)));
    const won = answers.filter(({ status }) => status === 200).map((answer) => text(answer, 'access_token'));
    expect(won).toHaveLength(1);
    expect(answers.filter((answer) => answer.status !== 200).map(outcome)).toEqual(Array.from({ length: 39 }, () => refused));
    for (const token of won) expect((await userinfo(token)).status).toBe(401);
  });
});

describe('GEN-4 one artifact is not another', () => {
  it('an access token, an ID token or a refresh token is no code, and a code is no refresh token', async () => {
    const client = clientOf('code-web');
    const tokens = await tokensByCode(client, CALLBACK, { scope: 'openid offline_access' });
    for (const name of ['access_token', 'id_token', 'refresh_token']) {
      const answer = await redeem(client, { code: text(tokens, name), redirect_uri: CALLBACK, code_verifier: 'v'.repeat(43) });
      expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant']);
    }
    const { challenge } = proofKey();
    const code = (await authorize({ response_type: 'code', client_id: 'code-web', redirect_uri: CALLBACK, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256' })).get('code') ?? '';
    const answer = await refresh(client, code);
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant']);
    expect((await userinfo(text(tokens, 'id_token'))).status).toBe(401);
    expect((await userinfo(text(tokens, 'refresh_token'))).status).toBe(401);
  });

  it('the page of a step has the step in its form, and the first page asks for the password', async () => {
    const { challenge } = proofKey();
    const agent = new UserAgent();
    const shown = page(await agent.open(authorizationUrl({ response_type: 'code', client_id: 'code-web', redirect_uri: CALLBACK, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256' })));
    expect(stepOf(shown)).toBe('password');
  });
});
