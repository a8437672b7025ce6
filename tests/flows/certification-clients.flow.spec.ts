import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, exportJWK, jwtVerify, SignJWT } from 'jose';
import { CertifiedClient, expectErrorJson } from './certification.js';
import { type Answer, basic, demo, demoClient, type DemoClient, post } from './demo.js';
import { asClient, authorizationUrl, departure, refresh, signIn, text, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';
import { type KeyPair, keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

const CALLBACK = 'https://certification-clients.example.org/cb';
const ORDERS = 'https://api.example.com/orders';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
type Claims = Readonly<Record<string, unknown>>;

let clientOf: (clientId: string) => DemoClient;
let es256: KeyPair;
let ps256: KeyPair;
beforeAll(async () => {
  [es256, ps256] = [keyPairFor('ES256'), keyPairFor('PS256')];
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(es256.publicKey)), kid: 'es' }, { ...(await exportJWK(ps256.publicKey)), kid: 'ps' }] });
  const client = (clientId: string, method: string, more: string) => `
  - client_id: ${clientId}
    client_name: Certified
    token_endpoint_auth_method: ${method}
    grant_types: [authorization_code, refresh_token, client_credentials]
    scope: openid offline_access orders.read
    resources: [${ORDERS}]
    redirect_uris: [${CALLBACK}]
    first_party: true
${more}`;
  clientOf = await declare(
    `clients:${client('auth-basic', 'client_secret_basic', '')}${client('auth-post', 'client_secret_post', '')}${client(
      'auth-mac', 'client_secret_jwt', '    token_endpoint_auth_signing_alg: HS256\n',
    )}${client('auth-key', 'private_key_jwt', `    token_endpoint_auth_signing_alg: ES256\n    jwks: ${jwks}\n`)}${client(
      'auth-fapi1', 'private_key_jwt', `    profile: fapi1-advanced\n    token_endpoint_auth_signing_alg: PS256\n    jwks: ${jwks}\n`,
    )}${client('auth-fapi2', 'private_key_jwt', `    profile: fapi2\n    token_endpoint_auth_signing_alg: ES256\n    jwks: ${jwks}\n`)}`,
  );
}, 60_000);

const macSecret = () => new TextEncoder().encode(clientOf('auth-mac').client_secret ?? '');
const now = () => Math.floor(Date.now() / 1_000);
/** An assertion of a client; a claim set to undefined is left out. */
async function assertion(clientId: string, more: Claims = {}, header: Claims = {}): Promise<Record<string, string>> {
  const [alg, kid, key] = clientId === 'auth-mac' ? ['HS256', undefined, macSecret()] as const : clientId === 'auth-fapi1' ? ['PS256', 'ps', ps256.privateKey] as const : ['ES256', 'es', es256.privateKey] as const;
  const claims = { iss: clientId, sub: clientId, aud: demo.issuer, exp: now() + 60, iat: now(), jti: randomUUID(), ...more };
  const signed = await new SignJWT(claims).setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), ...header }).sign(key);
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: signed };
}
const PUSH = { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
/** The endpoints that authenticate clients, each with a request that needs nothing but the client. */
const ENDPOINTS = [
  ['/token', { grant_type: 'client_credentials', scope: 'orders.read' }, 200],
  ['/introspect', { token: 'nothing' }, 200],
  ['/revoke', { token: 'nothing' }, 200],
  ['/par', PUSH, 201],
] as const;
const refusedAs = (answer: Answer) => expectErrorJson(answer, 401, 'invalid_client');

describe.each(ENDPOINTS)('CLI-1, CLI-6, CLI-7 client assertions at %s', (path, parameters, status) => {
  const send = async (clientId: string, more: Claims = {}, header: Claims = {}) => post(path, { ...parameters, ...(await assertion(clientId, more, header)) });

  it.each([['auth-mac'], ['auth-key']])('%s authenticates, for the issuer, the token endpoint or this endpoint, also as a list', async (clientId) => {
    for (const aud of [demo.issuer, `${demo.issuer}/token`, `${demo.issuer}${path}`, [demo.issuer], [`${demo.issuer}${path}`, demo.issuer]]) {
      expect([aud, (await send(clientId, { aud })).status]).toEqual([aud, status]);
    }
  });

  it.each([['auth-mac'], ['auth-key']])('CLI-7 %s MUST NOT present one assertion twice, here or elsewhere', async (clientId) => {
    const once = await assertion(clientId);
    expect((await post(path, { ...parameters, ...once })).status).toBe(status);
    for (const [again, other] of ENDPOINTS) refusedAs(await post(again, { ...other, ...once }));
  });

  it.each([
    ['an exp 5 minutes past', { exp: now() - 300 }],
    ['an exp of tomorrow', { exp: now() + 86_400 }],
    ['no exp', { exp: undefined }],
    ['another aud', { aud: 'https://other.example.org' }],
    ['a list that names somebody else too', { aud: [demo.issuer, 'https://other.example.org'] }],
    ['no aud', { aud: undefined }],
    ['no sub', { sub: undefined }],
    ['another iss', { iss: 'demo-web' }],
    ['no jti', { jti: undefined }],
    ['nbf 62 seconds ahead', { nbf: now() + 62, iat: now() + 62, exp: now() + 120 }],
  ] as [string, Claims][])('MUST refuse %s, by key and by secret', async (_case, claims) => {
    for (const clientId of ['auth-key', 'auth-mac']) refusedAs(await send(clientId, claims));
  });

  it('MUST refuse another algorithm, another key, and no signature at all', async () => {
    const { client_assertion: good = '' } = await assertion('auth-key');
    const [, payload = ''] = good.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const foreign = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString())).setProtectedHeader({ alg: 'ES256', kid: 'es' }).sign(keyPairFor('ES256').privateKey);
    const mac = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString())).setProtectedHeader({ alg: 'HS256' }).sign(macSecret());
    for (const client_assertion of [none, foreign, mac]) refusedAs(await post(path, { ...parameters, client_assertion_type: ASSERTION_TYPE, client_assertion }));
  });

  it('CLI-1 MUST refuse an assertion beside a secret, and of another client_id', async () => {
    const both = await post(path, { ...parameters, ...(await assertion('auth-key')) }, { authorization: basic(clientOf('auth-basic')) });
    expect([both.status, both.body['error']]).toEqual([400, 'invalid_request']);
    const other = await post(path, { ...parameters, client_id: 'auth-mac', ...(await assertion('auth-key')) });
    expect([401, 400]).toContain(other.status);
  });

  it('FAPI 2.0 Security §5.3.2.1 the profile decides which aud is accepted', async () => {
    const accepted = async (clientId: string, aud: unknown) => (await send(clientId, { aud })).status === 401;
    const refused = (clientId: string) => Promise.all([demo.issuer, [demo.issuer], `${demo.issuer}/token`, `${demo.issuer}${path}`].map((aud) => accepted(clientId, aud)));
    expect(await refused('auth-fapi2')).toEqual([false, true, true, true]);
    expect(await refused('auth-fapi1')).toEqual([false, false, false, false]);
  });
});

describe('OpenID certification, client authentication', () => {
  it.each([
    ['client_secret_basic', 'auth-basic', (client: DemoClient) => post('/token', { grant_type: 'client_credentials', scope: 'orders.read' }, { authorization: basic(client) })],
    ['client_secret_post', 'auth-post', (client: DemoClient) => post('/token', { grant_type: 'client_credentials', scope: 'orders.read', client_id: client.client_id, client_secret: client.client_secret ?? '' })],
  ])('%s', async (_method, clientId, send) => {
    expect((await send(clientOf(clientId))).status).toBe(200);
    refusedAs(await send({ ...clientOf(clientId), client_secret: 'wrong' }));
  });

  it('CLI-9 mTLS: no certificate authenticates: the method is not offered, cannot be declared, and a header with one says nothing', async () => {
    const metadata = (await (await fetch(`${demo.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    expect(Object.keys(metadata).filter((name) => /mtls|certificate/.test(name))).toEqual([]);
    for (const method of ['tls_client_auth', 'self_signed_tls_client_auth']) {
      expect(metadata['token_endpoint_auth_methods_supported']).not.toContain(method);
      const declared = `clients:\n  - client_id: auth-mtls\n    client_name: By certificate\n    token_endpoint_auth_method: ${method}\n    grant_types: [client_credentials]\n`;
      await expect(declare(declared)).rejects.toThrow(/token_endpoint_auth_method/);
    }
    for (const header of ['client-cert', 'ssl-client-cert', 'x-ssl-cert', 'x-client-certificate', 'x-forwarded-client-cert']) {
      refusedAs(await post('/token', { grant_type: 'client_credentials', client_id: 'auth-basic' }, { [header]: ':MIIB:' }));
    }
  });

  it('private_key_jwt: a code by assertion, aud the token endpoint or the issuer', async () => {
    for (const aud of [demo.issuer, `${demo.issuer}/token`]) {
      const key = new CertifiedClient(clientOf('auth-key'), CALLBACK);
      const redemption = key.redemption(await key.code());
      refusedAs(await post('/token', { ...redemption, client_id: 'auth-key' }));
      expect((await post('/token', { ...redemption, ...(await assertion('auth-key', { aud })) })).status).toBe(200);
    }
  });

  it('Assertion errors: RS256 of a FAPI client is invalid_client', async () => {
    const { privateKey } = keyPairFor('RS256');
    const claims = { iss: 'auth-fapi1', sub: 'auth-fapi1', aud: demo.issuer, exp: now() + 60, jti: randomUUID() };
    const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    refusedAs(await post('/token', { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion }));
  });

  it('Assertion errors: the client_id of another client', async () => {
    const answer = await post('/token', { grant_type: 'client_credentials', client_id: 'auth-basic', ...(await assertion('auth-key')) });
    expect(['invalid_client', 'invalid_grant']).toContain(answer.body['error']);
  });

  it('Assertion clock: nbf and iat 8 seconds ahead are accepted', async () => {
    const answer = await post('/token', { grant_type: 'client_credentials', scope: 'orders.read', ...(await assertion('auth-key', { nbf: now() + 8, iat: now() + 8 })) });
    expect(answer.status).toBe(200);
  });
});

describe('OpenID certification, tokens and refresh', () => {
  const web = () => new CertifiedClient(clientOf('auth-basic'), CALLBACK, 'openid offline_access');
  const keys = createRemoteJWKSet(new URL(`${demo.issuer}/jwks`));

  it('Refresh token issue: with offline_access, prompt=consent and the grant', async () => {
    expect((await web().tokens({ prompt: 'consent' })).body['refresh_token']).toEqual(expect.any(String));
  });

  it('Refreshed ID token: the same iss, sub, aud, azp and auth_time; a fresh iat', async () => {
    const tokens = await web().tokens({ prompt: 'consent' });
    const first = (await jwtVerify(text(tokens, 'id_token'), keys)).payload;
    const second = (await jwtVerify(text(await refresh(clientOf('auth-basic'), text(tokens, 'refresh_token')), 'id_token'), keys)).payload;
    expect([second.iss, second.sub, second.aud, second['azp'], second['auth_time']]).toEqual([first.iss, first.sub, first.aud, first['azp'], first['auth_time']]);
    expect(Number(second.iat)).toBeGreaterThanOrEqual(Number(first.iat));
  });

  it('Other client\'s refresh token: 400 invalid_grant', async () => {
    const token = text(await web().tokens({ prompt: 'consent' }), 'refresh_token');
    expectErrorJson(await asClient(clientOf('auth-post'), '/token', {}), 401, ['invalid_client']);
    const { client_secret = '' } = clientOf('auth-post');
    expectErrorJson(await post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: 'auth-post', client_secret }), 400, 'invalid_grant');
    expect((await refresh(clientOf('auth-basic'), token)).status).toBe(200);
  });

  it('Rotation: a FAPI 2 client keeps its refresh token, and it works again', async () => {
    const fapi = new CertifiedClient(clientOf('auth-fapi2'), CALLBACK, 'openid offline_access');
    const pushed = await post('/par', { ...fapi.request, prompt: 'consent', ...(await assertion('auth-fapi2')) });
    const agent = new UserAgent();
    const url = authorizationUrl({ client_id: 'auth-fapi2', request_uri: text(pushed, 'request_uri') });
    const code = departure(await signIn(agent, await agent.open(url))).searchParams.get('code') ?? '';
    const tokens = await post('/token', { ...fapi.redemption(code), ...(await assertion('auth-fapi2')) });
    const refreshToken = text(tokens, 'refresh_token');
    for (let times = 0; times < 2; times += 1) {
      const refreshed = await post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...(await assertion('auth-fapi2')) });
      expect([refreshed.status, refreshed.body['refresh_token'] ?? refreshToken]).toEqual([200, refreshToken]);
    }
  });

  it('Rotation: the token before works no more where tokens rotate', async () => {
    const rotating = text(await web().tokens({ prompt: 'consent' }), 'refresh_token');
    const next = await refresh(clientOf('auth-basic'), rotating);
    expect(next.body['refresh_token']).not.toBe(rotating);
    expectErrorJson(await refresh(clientOf('auth-basic'), rotating), 400, 'invalid_grant');
  });

  it('No client authentication: refused', async () => {
    const token = text(await web().tokens({ prompt: 'consent' }), 'refresh_token');
    expectErrorJson(await post('/token', { grant_type: 'refresh_token', refresh_token: token }), 401, ['invalid_client', 'invalid_request']);
    expectErrorJson(await post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: 'auth-basic' }), 401, 'invalid_client');
  });

  it('Client credentials: an access token, no ID token, no refresh token', async () => {
    const answer = await asClient(demoClient('demo-service'), '/token', { grant_type: 'client_credentials' });
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['access_token', 'expires_in', 'scope', 'token_type']]);
  });
});
