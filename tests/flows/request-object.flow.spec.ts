import { exportJWK, importPKCS8, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { demo, type DemoClient, post } from './demo.js';
import { asClient, authorizationUrl, departure, page, proofKey, redeem, signIn, text, UserAgent, userinfo } from './sign-in.js';
import { declare } from './tessera.js';
import { type KeyPair, keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

const CALLBACK = 'https://request-object-flow.example.org/cb';
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

const keys = {} as Record<Algorithm, KeyPair>;
let clientOf: (clientId: string) => DemoClient;
let foreign: KeyPair;

beforeAll(async () => {
  const jwks: unknown[] = [];
  for (const algorithm of ALGORITHMS) {
    keys[algorithm] = keyPairFor(algorithm);
    jwks.push({ ...(await exportJWK(keys[algorithm].publicKey)), kid: algorithm, alg: algorithm, use: 'sig' });
  }
  foreign = keyPairFor('ES256');
  const web = (clientId: string, more: string) => `
  - client_id: ${clientId}
    client_name: Signs its requests
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid email
    redirect_uris: [${CALLBACK}]
    first_party: true
    jwks: ${JSON.stringify({ keys: jwks })}
${more}`;
  const each = ALGORITHMS.map((one) => web(`jar-${one.toLowerCase()}`, `    request_object_signing_alg: ${one}\n`));
  clientOf = await declare(`
clients:${web('jar-any', '    request_uris: [https://request-object-flow.example.org/request.jwt#hash]\n')}${web('jar-required', '    require_signed_request_object: true\n')}${each.join('')}
  - client_id: jar-fapi
    client_name: Signs its requests by profile
    profile: fapi1-advanced
    token_endpoint_auth_method: private_key_jwt
    token_endpoint_auth_signing_alg: PS256
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [${CALLBACK}]
    first_party: true
    require_signed_request_object: true
    require_pushed_authorization_requests: false
    jwks: ${JSON.stringify({ keys: jwks })}
`);
}, 60_000);

const { verifier, challenge } = proofKey();
const now = () => Math.floor(Date.now() / 1_000);
type Claims = Readonly<Record<string, unknown>>;
const claimsOf = (clientId: string, more: Claims = {}): Claims => ({
  iss: clientId, aud: demo.issuer, exp: now() + 300, nbf: now(), client_id: clientId, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'inside',
  code_challenge: challenge, code_challenge_method: 'S256', ...more,
});
const signed = (claims: Claims, algorithm: Algorithm = 'ES256', header: Claims = {}, key = keys[algorithm].privateKey) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, kid: algorithm, typ: 'oauth-authz-req+jwt', ...header }).sign(key);
const object = (more: Claims = {}, clientId = 'jar-any') => signed(claimsOf(clientId, more));
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (clientId: string) => `${encoded({ alg: 'none' })}.${encoded(claimsOf(clientId))}.`;

const open = (parameters: Readonly<Record<string, string | undefined>>, agent = new UserAgent()) => agent.open(authorizationUrl({ client_id: 'jar-any', ...parameters }));
/** The response to a request, the person signing in when asked. */
async function answered(parameters: Readonly<Record<string, string | undefined>>): Promise<URL> {
  const agent = new UserAgent();
  return departure(await signIn(agent, await open(parameters, agent)));
}
const codeOf = (url: URL) => url.searchParams.get('code') ?? '';

describe('RFC 9101 §5.1, OIDC Core §6.1 a request object by value', () => {
  it.each(ALGORITHMS)('PAR-6 signed with %s by openid-client, as registered', async (algorithm) => {
    const clientId = `jar-${algorithm.toLowerCase()}`;
    const { client_secret = '' } = clientOf(clientId);
    const configuration = await openid.discovery(new URL(demo.issuer), clientId, undefined, openid.ClientSecretBasic(client_secret), { execute: [openid.allowInsecureRequests] });
    const parameters = { redirect_uri: CALLBACK, scope: 'openid email', code_challenge: challenge, code_challenge_method: 'S256', state: 'st', nonce: 'n' };
    // openid-client takes keys of WebCrypto only.
    const key = await importPKCS8(keys[algorithm].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), algorithm);
    const url = await openid.buildAuthorizationUrlWithJAR(configuration, parameters, { key, kid: algorithm });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request']);
    const agent = new UserAgent();
    const back = departure(await signIn(agent, await agent.open(url)));
    const tokens = await openid.authorizationCodeGrant(configuration, back, { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'n' });
    expect(tokens.claims()?.aud).toBe(clientId);
  });

  it('PAR-4 what stands beside it is ignored: state, nonce, scope, and a bad redirect_uri', async () => {
    const back = await answered({ request: await object(), response_type: 'code', scope: 'openid email', state: 'outside', nonce: 'outside', redirect_uri: 'https://evil.example.org/cb' });
    expect([`${back.origin}${back.pathname}`, back.searchParams.get('state')]).toEqual([CALLBACK, 'inside']);
    const tokens = await redeem(clientOf('jar-any'), { code: codeOf(back), redirect_uri: CALLBACK, code_verifier: verifier });
    expect([tokens.status, tokens.body['scope']]).toEqual([200, 'openid']);
  });

  it('may ask for claims as an object (OIDC Core §5.5)', async () => {
    const back = await answered({ request: await object({ claims: { userinfo: { name: { essential: true } } } }) });
    const tokens = await redeem(clientOf('jar-any'), { code: codeOf(back), redirect_uri: CALLBACK, code_verifier: verifier });
    expect(Object.keys((await userinfo(text(tokens, 'access_token'))).body).sort()).toEqual(['name', 'sub']);
  });

  it('typ JWT and no typ are accepted (RFC 9101 §4)', async () => {
    for (const typ of ['JWT', undefined]) expect(codeOf(await answered({ request: await signed(claimsOf('jar-any'), 'ES256', { typ }) }))).toHaveLength(43);
  });

  it('comes by POST as well (OIDC Core §3.1.2.1)', async () => {
    const agent = new UserAgent();
    const shown = await agent.post(new URL(`${demo.issuer}/authorize`), [['client_id', 'jar-any'], ['request', await object()]]);
    expect(codeOf(departure(await signIn(agent, shown)))).toHaveLength(43);
  });

  it('PAR-5 nothing of it stands in the address of the page that asks the person', async () => {
    const shown = page(await open({ request: await object({ login_hint: 'alice', nonce: 'secret-nonce' }) }));
    expect(new URL(shown.url).searchParams.size).toBe(1);
    expect(shown.html).not.toContain('secret-nonce');
  });
});

const REFUSED: [string, string, (clientId: string) => Promise<string> | string][] = [
  ['a foreign key', 'invalid_request_object', (id) => signed(claimsOf(id), 'ES256', {}, foreign.privateKey)],
  ['an unknown kid', 'invalid_request_object', (id) => signed(claimsOf(id), 'ES256', { kid: 'nobody' })],
  ['a damaged signature', 'invalid_request_object', async (id) => `${(await signed(claimsOf(id))).slice(0, -6)}AAAAAA`],
  ['another client_id', 'invalid_request_object', (id) => signed(claimsOf(id, { client_id: 'demo-web' }))],
  ['another iss', 'invalid_request_object', (id) => signed(claimsOf(id, { iss: 'demo-web' }))],
  ['sub = client_id (RFC 9101 §10.8)', 'invalid_request_object', (id) => signed(claimsOf(id, { sub: id }))],
  ['another aud', 'invalid_request_object', (id) => signed(claimsOf(id, { aud: 'https://other.example.org' }))],
  ['the PAR URL as aud', 'invalid_request_object', (id) => signed(claimsOf(id, { aud: `${demo.issuer}/par` }))],
  ['an exp in the past', 'invalid_request_object', (id) => signed(claimsOf(id, { exp: now() - 1 }))],
  ['an nbf a minute ahead', 'invalid_request_object', (id) => signed(claimsOf(id, { nbf: now() + 62 }))],
  ['a request inside', 'invalid_request_object', (id) => signed(claimsOf(id, { request: 'e30' }))],
  ['a request_uri inside', 'invalid_request_object', (id) => signed(claimsOf(id, { request_uri: 'urn:ietf:params:oauth:request_uri:x' }))],
  ['the typ of something else', 'invalid_request_object', (id) => signed(claimsOf(id), 'ES256', { typ: 'at+jwt' })],
  ['crit', 'invalid_request_object', async (id) => [encoded({ alg: 'ES256', kid: 'ES256', crit: ['x'], x: 1 }), ...(await signed(claimsOf(id))).split('.').slice(1)].join('.')],
  ['no JWS', 'invalid_request_object', () => 'e30'],
  ['an encrypted one', 'invalid_request_object', () => 'a.b.c.d.e'],
  ['no scope inside', 'invalid_scope', (id) => signed(claimsOf(id, { scope: undefined }))],
];

describe('RFC 9101 §6, §7 what is refused by value: at the redirect URI, never a code', () => {
  it.each(REFUSED)('%s: %s', async (_case, error, make) => {
    const back = departure(await open({ request: await make('jar-any'), redirect_uri: CALLBACK, state: 'outside', scope: 'openid' }));
    expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
    expect(back.searchParams.get('error')).toBe(error);
    expect([back.searchParams.has('code'), back.searchParams.get('iss')]).toEqual([false, demo.issuer]);
  });

  it.each([
    ['an OpenID client: request_not_supported (OIDC Core §6.1)', 'jar-any', 'request_not_supported'],
    ['a client that registered an algorithm', 'jar-es256', 'invalid_request_object'],
    ['a client that has to sign', 'jar-required', 'invalid_request_object'],
    ['a FAPI client', 'jar-fapi', 'invalid_request_object'],
  ])('an unsigned object of %s', async (_case, clientId, error) => {
    const back = departure(await open({ client_id: clientId, request: unsigned(clientId) }));
    expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([error, 'inside']);
  });

  it('another algorithm than the registered one', async () => {
    const back = departure(await open({ client_id: 'jar-rs256', request: await object({}, 'jar-rs256') }));
    expect(back.searchParams.get('error')).toBe('invalid_request_object');
  });

  it.each([
    ['another client_id outside', async () => ({ client_id: 'jar-required', request: await object() })],
    ['another response_type outside (OIDC Core §6.1)', async () => ({ request: await object(), response_type: 'id_token' })],
  ])('%s', async (_case, parameters) => {
    expect(departure(await open(await parameters())).searchParams.get('error')).toBe('invalid_request_object');
  });

  it('AUT-2 is a page where no registered redirect URI stands anywhere', async () => {
    const shown = page(await open({ request: await object({ redirect_uri: 'https://evil.example.org/cb', exp: now() - 1 }) }));
    expect([shown.status, shown.headers.get('location')]).toEqual([400, null]);
    expect(page(await open({ request: 'e30' })).status).toBe(400);
  });

  it('GEN-1 two request objects, and request beside request_uri', async () => {
    const url = authorizationUrl({ client_id: 'jar-any', request: await object() });
    url.searchParams.append('request', await object());
    expect(page(await new UserAgent().open(url)).status).toBe(400);
    const both = await open({ request: await object(), request_uri: 'https://request-object-flow.example.org/request.jwt#hash', redirect_uri: CALLBACK });
    expect(departure(both).searchParams.get('error')).toBe('invalid_request');
  });
});

describe('RFC 9101 §10.5 require_signed_request_object', () => {
  const plain = { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256' };

  it('MUST refuse plain parameters, directly and pushed', async () => {
    expect(departure(await open({ client_id: 'jar-required', ...plain })).searchParams.get('error')).toBe('invalid_request');
    const pushed = await asClient(clientOf('jar-required'), '/par', plain);
    expect([pushed.status, pushed.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('accepts a signed object', async () => {
    expect(codeOf(await answered({ client_id: 'jar-required', request: await object({}, 'jar-required') }))).toHaveLength(43);
  });
});

describe('RFC 9126 §3 a request object that is pushed', () => {
  it('stands for the request; a state beside it is not used', async () => {
    const answer = await asClient(clientOf('jar-any'), '/par', { request: await object({ state: undefined }), state: 'outside' });
    expect(answer.status).toBe(201);
    const back = await answered({ request_uri: text(answer, 'request_uri') });
    expect([codeOf(back).length, back.searchParams.has('state')]).toEqual([43, false]);
  });

  it.each(REFUSED)('%s: %s', async (_case, error, make) => {
    const answer = await asClient(clientOf('jar-any'), '/par', { request: await make('jar-any') });
    expect([answer.status, answer.body['error']]).toEqual([400, error]);
  });

  it.each([
    ['no redirect_uri inside: the one outside does not count', { redirect_uri: undefined }, 'invalid_request'],
    ['no response_type inside', { response_type: undefined }, 'invalid_request'],
    ['no challenge inside', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['method plain inside', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['an unregistered redirect_uri inside', { redirect_uri: 'https://evil.example.org/cb' }, 'invalid_request'],
  ])('%s', async (_case, claims, error) => {
    const outside = { redirect_uri: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256' };
    const answer = await asClient(clientOf('jar-any'), '/par', { request: await object(claims), ...outside });
    expect([answer.status, answer.body['error']]).toEqual([400, error]);
  });

  it('does not stand for client authentication (PAR-1)', async () => {
    const answer = await post('/par', { client_id: 'jar-any', request: await object() });
    expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
  });
});

describe('FAPI 1 Advanced §5.2.2 bounds of request objects', () => {
  const send = async (claims: Claims, algorithm: Algorithm = 'PS256') =>
    open({ client_id: 'jar-fapi', request: await signed(claimsOf('jar-fapi', claims), algorithm) });

  it.each([
    ['as it should be', {}],
    ['exp 60 minutes after nbf', { exp: now() + 3_500 }],
    ['nbf 8 seconds ahead', { nbf: now() + 8, exp: now() + 300 }],
    ['aud as a list with the issuer', { aud: ['https://other.example.org', demo.issuer] }],
  ] as [string, Claims][])('accepts one %s', async (_case, claims) => {
    expect(page(await send(claims)).status).toBe(200);
  });

  it.each([
    ['no exp', { exp: undefined }, 'PS256'],
    ['no nbf', { nbf: undefined }, 'PS256'],
    ['no aud', { aud: undefined }, 'PS256'],
    ['exp 61 minutes after nbf', { exp: now() + 3_700 }, 'PS256'],
    ['nbf 70 minutes ago', { nbf: now() - 4_200, exp: now() + 60 }, 'PS256'],
    ['RS256', {}, 'RS256'],
  ] as [string, Claims, Algorithm][])('MUST refuse %s', async (_case, claims, algorithm) => {
    expect(departure(await send(claims, algorithm)).searchParams.get('error')).toBe('invalid_request_object');
  });
});

describe('OIDC Core §6.2, PAR-7 request_uri', () => {
  it('is request_uri_not_supported unless the deployment fetches, registered or not', async () => {
    const metadata = (await (await fetch(`${demo.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    const expected = metadata['request_uri_parameter_supported'] === true ? ['invalid_request_uri', 'invalid_request_uri'] : ['request_uri_not_supported', 'request_uri_not_supported'];
    const uris = ['https://request-object-flow.example.org/request.jwt#hash', 'https://elsewhere.example.org/request.jwt'];
    const backs = await Promise.all(uris.map((one) => open({ request_uri: one, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', state: 'st' })));
    expect(backs.map((one) => departure(one).searchParams.get('error'))).toEqual(expected);
    expect(backs.map((one) => departure(one).searchParams.get('state'))).toEqual(['st', 'st']);
  });

  it('OIDC Discovery §3, RFC 9101 §10.4 the metadata say what is supported', async () => {
    const metadata = (await (await fetch(`${demo.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({
      request_parameter_supported: true,
      request_uri_parameter_supported: expect.any(Boolean),
      require_request_uri_registration: true,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    });
  });
});
