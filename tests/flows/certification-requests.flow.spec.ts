import { createHash, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, exportJWK, jwtVerify, SignJWT } from 'jose';
import { CertifiedClient, expectErrorJson, inDatabase, measuredBits } from './certification.js';
import { type Answer, demo, type DemoClient, post } from './demo.js';
import { authorizationUrl, departure, page, signIn, text, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';
import { type KeyPair, keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

const CALLBACK = 'https://certification-requests.example.org/cb';
type Claims = Readonly<Record<string, unknown>>;

let clientOf: (clientId: string) => DemoClient;
let keys: KeyPair;
let rsa: KeyPair;
beforeAll(async () => {
  [keys, rsa] = [keyPairFor('PS256'), keyPairFor('RS256')];
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'ps' }, { ...(await exportJWK(rsa.publicKey)), kid: 'rs', alg: 'RS256' }] });
  const client = (clientId: string, profile: string, more = '') => `
  - client_id: ${clientId}
    client_name: Certified
    profile: ${profile}
    token_endpoint_auth_method: private_key_jwt
    token_endpoint_auth_signing_alg: PS256
    grant_types: [authorization_code${more.includes('code id_token') ? ', implicit' : ''}]
    scope: openid email
    redirect_uris: [${CALLBACK}]
    first_party: true
    jwks: ${jwks}
${more}`;
  clientOf = await declare(
    `clients:${client('requests-fapi2', 'fapi2')}${client('requests-other', 'fapi2')}${client('requests-jar', 'fapi2', '    require_signed_request_object: true\n')}${client(
      'requests-fapi1', 'fapi1-advanced', '    require_signed_request_object: true\n    require_pushed_authorization_requests: false\n    response_types: [code id_token]\n',
    )}`,
  );
}, 60_000);

const now = () => Math.floor(Date.now() / 1_000);
const sign = (claims: Claims, header: Claims = {}, key = keys.privateKey) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'PS256', kid: 'ps', ...header }).sign(key);
const of = (clientId = 'requests-fapi2') => new CertifiedClient(clientOf(clientId), CALLBACK);

/** Posts as a client that signs an assertion. */
async function push(parameters: Readonly<Record<string, string>>, clientId = 'requests-fapi2', path = '/par'): Promise<Answer> {
  const client_assertion = await sign({ iss: clientId, sub: clientId, aud: demo.issuer, exp: now() + 60, jti: randomUUID() });
  return post(path, { ...parameters, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion });
}
const without = (parameters: Record<string, string>, ...names: string[]) => Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));
const open = (requestUri: string, more: Readonly<Record<string, string>> = {}, agent = new UserAgent()) =>
  agent.open(authorizationUrl({ client_id: 'requests-fapi2', request_uri: requestUri, ...more }));
/** The response to a pushed request, the person signing in. */
async function through(parameters: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): Promise<URLSearchParams> {
  const agent = new UserAgent();
  return departure(await signIn(agent, await open(text(await push(parameters), 'request_uri'), more, agent))).searchParams;
}

describe('FAPI certification, PAR, PKCE, request rules', () => {
  it('PAR response: 201, JSON, request_uri with entropy, expires_in', async () => {
    const answer = await push(of().request);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, expect.stringMatching(/^application\/json/)]);
    expect([measuredBits(text(answer, 'request_uri')) > 96, Number(answer.body['expires_in']) >= 5, Number(answer.body['expires_in']) < 600]).toEqual([true, true, true]);
  });

  it.each(['PUT', 'GET', 'DELETE'])('Other methods: %s is refused', async (method) => {
    expect((await fetch(`${demo.issuer}/par`, { method })).status).toBeGreaterThanOrEqual(400);
  });

  it('request_uri sent to PAR: in the form, and inside a request object', async () => {
    const requestUri = text(await push(of().request), 'request_uri');
    expectErrorJson(await push({ ...of().request, request_uri: requestUri }), 400, 'invalid_request');
    expectErrorJson(await push({ request: await object('requests-fapi2', { request_uri: requestUri }) }), 400, 'invalid_request_object');
  });

  it('Authorization endpoint: client_id and request_uri alone; another state or nonce outside is ignored; a state outside alone is not returned', async () => {
    expect((await through({ ...of().request, state: 'pushed' })).get('state')).toBe('pushed');
    expect((await through({ ...of().request, state: 'pushed' }, { state: 'outside', nonce: 'outside' })).get('state')).toBe('pushed');
    expect((await through(of().request, { state: 'outside' })).has('state')).toBe(false);
  });

  it('Without PAR: plain parameters are refused', async () => {
    expect(departure(await new UserAgent().open(authorizationUrl(of().request))).searchParams.get('error')).toBe('invalid_request');
  });

  it('PKCE: no challenge, or method plain, is refused at PAR; no verifier or a wrong one at token', async () => {
    expectErrorJson(await push(without(of().request, 'code_challenge', 'code_challenge_method')), 400, 'invalid_request');
    expectErrorJson(await push({ ...of().request, code_challenge_method: 'plain' }), 400, 'invalid_request');
    const certified = of();
    const redemption = certified.redemption((await through(certified.request)).get('code') ?? '');
    expectErrorJson(await push(without(redemption, 'code_verifier'), 'requests-fapi2', '/token'), 400, 'invalid_grant');
    expectErrorJson(await push({ ...redemption, code_verifier: 'x'.repeat(43) }, 'requests-fapi2', '/token'), 400, 'invalid_grant');
    expect((await push(redemption, 'requests-fapi2', '/token')).status).toBe(200);
  });

  it('request_uri after use: a page', async () => {
    const requestUri = text(await push(of().request), 'request_uri');
    const agent = new UserAgent();
    departure(await signIn(agent, await open(requestUri, {}, agent)));
    expect(page(await open(requestUri, {}, agent)).status).toBe(400);
  });

  it('request_uri visited twice before login completes: still works', async () => {
    const requestUri = text(await push(of().request), 'request_uri');
    const agent = new UserAgent();
    page(await open(requestUri, {}, agent));
    expect(departure(await signIn(agent, await open(requestUri, {}, agent))).searchParams.get('code')).toHaveLength(43);
  });

  it('Expired, and another client\'s: a page', async () => {
    const requestUri = text(await push(of().request), 'request_uri');
    expect(page(await open(requestUri, { client_id: 'requests-other' })).status).toBe(400);
    const hash = createHash('sha256').update(requestUri).digest();
    await inDatabase("UPDATE pushed_authorization_request SET expires_at = now() - interval '1 second' WHERE request_uri_hash = $1", [hash]);
    expect(page(await open(requestUri)).status).toBe(400);
  });

  it.each([['code id_token'], ['token']])('response_type %s: unsupported_response_type', async (responseType) => {
    expectErrorJson(await push({ ...of().request, response_type: responseType, nonce: 'n' }), 400, 'unsupported_response_type');
  });

  it('redirect_uri missing, or unregistered: invalid_request', async () => {
    expectErrorJson(await push(without(of().request, 'redirect_uri')), 400, 'invalid_request');
    expectErrorJson(await push({ ...of().request, redirect_uri: 'https://evil.example.org/cb' }), 400, 'invalid_request');
  });

  it('iss parameter in success and error; state and nonce may be absent', async () => {
    const success = await through(of().request);
    expect([success.get('iss'), success.has('state'), success.get('code')?.length]).toEqual([demo.issuer, false, 43]);
    const requestUri = text(await push({ ...of().request, prompt: 'none' }), 'request_uri');
    const error = departure(await open(requestUri)).searchParams;
    expect([error.get('error'), error.get('iss')]).toEqual(['login_required', demo.issuer]);
  });

  it('Algorithms: RS256 and none are refused for assertions and request objects', async () => {
    const claims = { iss: 'requests-fapi2', sub: 'requests-fapi2', aud: demo.issuer, exp: now() + 60, jti: randomUUID() };
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const client_assertion of [await sign(claims, { alg: 'RS256', kid: 'rs' }, rsa.privateKey), `${encoded({ alg: 'none' })}.${encoded(claims)}.`]) {
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      expectErrorJson(await post('/par', { ...of().request, client_assertion_type: type, client_assertion }), 401, 'invalid_client');
    }
    expectErrorJson(await push({ request: await object('requests-fapi2', {}, { alg: 'RS256', kid: 'rs' }, rsa.privateKey) }), 400, 'invalid_request_object');
    expectErrorJson(await push({ request: `${encoded({ alg: 'none' })}.${encoded(claimsOf('requests-fapi2'))}.` }), 400, 'invalid_request_object');
  });
});

function claimsOf(clientId: string, more: Claims = {}): Claims {
  return { ...of(clientId).request, iss: clientId, aud: demo.issuer, exp: now() + 300, nbf: now(), iat: now(), jti: randomUUID(), ...more };
}
const object = (clientId: string, more: Claims = {}, header: Claims = {}, key?: KeyPair['privateKey']) => sign(claimsOf(clientId, more), { typ: 'oauth-authz-req+jwt', ...header }, key);

describe('FAPI certification, request objects', () => {
  const pushed = async (more: Claims = {}, header: Claims = {}, key?: KeyPair['privateKey']) => push({ request: await object('requests-jar', more, header, key) }, 'requests-jar');

  it.each([
    ['exp 60 minutes after nbf', { exp: now() + 3_590, nbf: now() - 5 }],
    ['nbf 8 seconds ahead', { nbf: now() + 8 }],
    ['aud as a list with the issuer', { aud: ['https://other.example.org', demo.issuer] }],
  ] as [string, Claims][])('exp, nbf, aud: %s is accepted', async (_case, more) => {
    expect((await pushed(more)).status).toBe(201);
  });

  it.each([
    ['no exp', { exp: undefined }],
    ['no nbf', { nbf: undefined }],
    ['exp 70 minutes after nbf', { exp: now() + 4_200 }],
    ['nbf 70 minutes ago', { nbf: now() - 4_200, exp: now() + 60 }],
    ['expired', { exp: now() - 1 }],
    ['another aud', { aud: 'https://other.example.org' }],
    ['the PAR URL as aud', { aud: `${demo.issuer}/par` }],
  ] as [string, Claims][])('exp, nbf, aud: %s is invalid_request_object', async (_case, more) => {
    expectErrorJson(await pushed(more), 400, 'invalid_request_object');
  });

  it('Signature: damaged, of another client\'s key', async () => {
    const good = await object('requests-jar');
    expectErrorJson(await push({ request: `${good.slice(0, -8)}AAAAAAAA` }, 'requests-jar'), 400, 'invalid_request_object');
    expectErrorJson(await pushed({}, {}, keyPairFor('PS256').privateKey), 400, 'invalid_request_object');
  });

  it.each([
    ['scope', ['invalid_request', 'invalid_scope', 'invalid_request_object']],
    ['redirect_uri', ['invalid_request']],
  ])('Missing %s inside: refused, one outside does not count', async (name, errors) => {
    const answer = await push({ request: await object('requests-jar', { [name]: undefined }), scope: 'openid', redirect_uri: CALLBACK }, 'requests-jar');
    expectErrorJson(answer, 400, errors);
  });

  it('Unsigned request from a client that signs: invalid_request', async () => {
    expectErrorJson(await push(of('requests-jar').request, 'requests-jar'), 400, 'invalid_request');
  });

  it.each([['oauth-authz-req+jwt'], ['JWT']])('typ %s is accepted', async (typ) => {
    expect((await pushed({}, { typ })).status).toBe(201);
  });

  const ask = async (more: Claims) => {
    const agent = new UserAgent();
    const request = await object('requests-fapi1', { response_type: 'code id_token', nonce: 'n', state: 'st', ...more });
    return { agent, shown: await agent.open(authorizationUrl({ client_id: 'requests-fapi1', request, response_type: 'code id_token', scope: 'openid' })) };
  };

  it('FAPI1 response types: code alone is unsupported_response_type; response_mode=query puts no code there', async () => {
    const request = await object('requests-fapi1', { response_type: 'code' });
    const alone = departure(await new UserAgent().open(authorizationUrl({ client_id: 'requests-fapi1', request })));
    expect(alone.searchParams.get('error')).toBe('unsupported_response_type');
    const query = departure((await ask({ response_mode: 'query' })).shown);
    expect([query.search, new URLSearchParams(query.hash.slice(1)).get('error')]).toEqual(['', 'invalid_request']);
  });

  it('Missing nonce inside where an ID token comes along: invalid_request, one outside does not count', async () => {
    const request = await object('requests-fapi1', { response_type: 'code id_token' });
    const url = departure(await new UserAgent().open(authorizationUrl({ client_id: 'requests-fapi1', request, nonce: 'outside' })));
    expect(new URLSearchParams(url.hash.slice(1)).get('error')).toBe('invalid_request');
  });

  it('FAPI1 ID token: s_hash, c_hash, kid; PS256', async () => {
    const { agent, shown } = await ask({});
    const response = new URLSearchParams(departure(await signIn(agent, shown)).hash.slice(1));
    const { payload, protectedHeader } = await jwtVerify(response.get('id_token') ?? '', createRemoteJWKSet(new URL(`${demo.issuer}/jwks`)), { audience: 'requests-fapi1' });
    const half = (value: string) => createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');
    expect(protectedHeader).toMatchObject({ alg: 'PS256', kid: expect.any(String) });
    expect(payload).toMatchObject({ s_hash: half('st'), c_hash: half(response.get('code') ?? ''), nonce: 'n' });
  });
});
