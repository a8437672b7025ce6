import { createRemoteJWKSet, jwtVerify } from 'jose';
import { demo, type DemoClient, post } from './demo.js';
import { text, tokensByCode, userinfo } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://userinfo-flow.example.org/cb';
const ORDERS = 'https://api.example.com/orders';
const VAULT = 'https://api.example.com/vault';

const DECLARATION = `
clients:
  - client_id: userinfo-web
    client_name: Reads userinfo
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid profile email address phone orders.read vault.read
    resources: [${ORDERS}, ${VAULT}]
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: userinfo-signed
    client_name: Wants userinfo signed
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid email
    redirect_uris: [${CALLBACK}]
    first_party: true
    userinfo_signed_response_alg: RS256
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION);
}, 60_000);

const tokenFor = async (scope: string, more: Record<string, string> = {}, client = 'userinfo-web') =>
  text(await tokensByCode(clientOf(client), CALLBACK, { scope, ...more }), 'access_token');

const PROFILE = ['birthdate', 'family_name', 'gender', 'given_name', 'locale', 'middle_name', 'name', 'nickname', 'picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo'];

describe('OIDC Core §5.3, §5.4 claims by scope', () => {
  it.each([
    ['openid', []],
    ['openid profile', PROFILE],
    ['openid email', ['email', 'email_verified']],
    ['openid address', ['address']],
    ['openid phone', ['phone_number', 'phone_number_verified']],
  ] as [string, string[]][])('%s', async (scope, claims) => {
    const answer = await userinfo(await tokenFor(scope));
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual([...claims, 'sub'].sort());
  });

  it('has the types of §5.1', async () => {
    const { body } = await userinfo(await tokenFor('openid profile email address phone'));
    expect(body).toMatchObject({
      email_verified: expect.any(Boolean),
      phone_number_verified: expect.any(Boolean),
      updated_at: expect.any(Number),
      birthdate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      address: expect.any(Object),
    });
  });

  it('a single claim by the claims parameter (§5.5)', async () => {
    const claims = JSON.stringify({ userinfo: { given_name: { essential: true }, nonsense: null } });
    expect(Object.keys((await userinfo(await tokenFor('openid', { claims }))).body).sort()).toEqual(['given_name', 'sub']);
  });

  it('§5.3.2 signed for a client that registered it: iss and aud, no nonce', async () => {
    const answer = await userinfo(await tokenFor('openid email', {}, 'userinfo-signed'));
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/);
    const { payload } = await jwtVerify(answer.text, createRemoteJWKSet(new URL(`${demo.issuer}/jwks`)), { issuer: demo.issuer, audience: 'userinfo-signed' });
    expect(payload).toMatchObject({ sub: expect.stringMatching(/^usr_/), email: expect.any(String) });
    expect(payload).not.toHaveProperty('nonce');
  });
});

describe('OIDC Core §5.3.1, RFC 6750 §2 how it is asked', () => {
  it('GET and POST with the header, in any letters of the scheme; POST with the token in the form', async () => {
    const token = await tokenFor('openid');
    expect((await userinfo(token, { method: 'POST' })).status).toBe(200);
    expect((await userinfo(token, { headers: { authorization: `bEARER ${token}` } })).status).toBe(200);
    expect((await post('/userinfo', { access_token: token })).status).toBe(200);
  });

  it('never the query (TOK-6)', async () => {
    const token = await tokenFor('openid');
    const response = await fetch(`${demo.issuer}/userinfo?access_token=${token}`);
    expect(response.status).toBeGreaterThanOrEqual(400);
  });

  it('two ways at once are an invalid request (RFC 6750 §2)', async () => {
    const token = await tokenFor('openid');
    expect((await post('/userinfo', { access_token: token }, { authorization: `Bearer ${token}` })).status).toBe(400);
  });

  it('any origin may ask', async () => {
    const answer = await userinfo(await tokenFor('openid'), {});
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('RFC 6750 §3.1 refusals', () => {
  it('no token: 401 with a bare challenge', async () => {
    const response = await fetch(`${demo.issuer}/userinfo`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer\b(?!.*error=)/);
  });

  it.each([
    ['nonsense', () => Promise.resolve('nonsense')],
    ['an unsigned token', () => Promise.resolve('eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ1c3JfeCJ9.')],
    ['an ID token (TOK-6)', async () => text(await tokensByCode(clientOf('userinfo-web'), CALLBACK), 'id_token')],
    ['a handle nobody gave', () => Promise.resolve('A'.repeat(43))],
  ] as [string, () => Promise<string>][])('%s: 401 invalid_token', async (_case, token) => {
    const answer = await userinfo(await token());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  });

  it('a token without openid: 403 insufficient_scope', async () => {
    const answer = await userinfo(await tokenFor('orders.read', { resource: ORDERS }));
    expect([401, 403]).toContain(answer.status);
    expect(answer.headers.get('www-authenticate')).toMatch(/error="(insufficient_scope|invalid_token)"/);
  });

  it('an opaque token of a user works at userinfo when it has openid', async () => {
    const token = await tokenFor('openid vault.read', { resource: VAULT });
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await userinfo(token)).status).toBe(200);
  });
});
