import { createRemoteJWKSet, type CryptoKey, decodeJwt, importJWK, type JWK, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { basic, demo, demoClient, post, type DemoClient } from './demo.js';

const ORDERS = 'https://api.example.com/orders';
const VAULT = 'https://api.example.com/vault';

async function privateKey(client: DemoClient): Promise<CryptoKey> {
  const jwk = client.private_key_jwk;
  if (jwk === undefined) throw new Error(`${client.client_id} has no private key`);
  const key = await importJWK(jwk as JWK, 'ES256');
  if (key instanceof Uint8Array) throw new Error('expected an asymmetric key');
  return key;
}

const METHODS: readonly (readonly [method: string, clientId: string])[] = [
  ['client_secret_basic', 'demo-service'],
  ['client_secret_post', 'demo-post'],
  ['client_secret_jwt', 'demo-jwt-secret'],
  ['private_key_jwt', 'demo-key'],
];

describe('RFC 6749 §4.4 client credentials with openid-client', () => {
  async function authentication(method: string, client: DemoClient): Promise<openid.ClientAuth> {
    switch (method) {
      case 'client_secret_basic':
        return openid.ClientSecretBasic(client.client_secret);
      case 'client_secret_post':
        return openid.ClientSecretPost(client.client_secret);
      case 'client_secret_jwt':
        return openid.ClientSecretJwt(client.client_secret);
      default:
        return openid.PrivateKeyJwt(await privateKey(client));
    }
  }

  it.each(METHODS)('issues an RFC 9068 access token to a client that uses %s', async (method, clientId) => {
    const client = demoClient(clientId);
    const configuration = await openid.discovery(new URL(demo.issuer), clientId, undefined, await authentication(method, client), {
      algorithm: 'oidc',
      execute: [openid.allowInsecureRequests],
    });
    const tokens = await openid.clientCredentialsGrant(configuration, { scope: 'orders.read', resource: ORDERS });
    expect(tokens.token_type).toBe('bearer');
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.id_token).toBeUndefined();

    const jwks = createRemoteJWKSet(new URL(String(configuration.serverMetadata().jwks_uri)));
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, jwks, {
      issuer: demo.issuer,
      audience: ORDERS,
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
    });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ client_id: clientId, scope: 'orders.read' });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(tokens.expires_in);
  });
});

describe('RFC 6749 §4.4 client credentials with oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  async function server(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(demo.issuer);
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }));
  }

  async function authentication(method: string, client: DemoClient): Promise<oauth.ClientAuth> {
    const secret = client.client_secret ?? '';
    switch (method) {
      case 'client_secret_basic':
        return oauth.ClientSecretBasic(secret);
      case 'client_secret_post':
        return oauth.ClientSecretPost(secret);
      case 'client_secret_jwt':
        return oauth.ClientSecretJwt(secret);
      default:
        return oauth.PrivateKeyJwt(await privateKey(client));
    }
  }

  it.each(METHODS)('issues, introspects and revokes for a client that uses %s', async (method, clientId) => {
    const as = await server();
    const client = { client_id: clientId };
    const auth = async () => authentication(method, demoClient(clientId));
    const parameters = new URLSearchParams({ resource: ORDERS });
    const response = await oauth.clientCredentialsGrantRequest(as, client, await auth(), parameters, insecure);
    const { access_token: token } = await oauth.processClientCredentialsResponse(as, client, response);

    const introspect = async () =>
      oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, await auth(), token, insecure));
    expect(await introspect()).toMatchObject({ active: true, client_id: clientId, iss: demo.issuer, token_type: 'Bearer' });
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, await auth(), token, insecure));
    expect(await introspect()).toEqual({ active: false });
  });
});

describe('RFC 7662 §2.2 who may ask about a token', () => {
  const issue = async (resource: string) => {
    const clientId = resource === VAULT ? 'demo-vault' : 'demo-service';
    const answer = await post('/token', { grant_type: 'client_credentials', resource }, { authorization: basic(demoClient(clientId)) });
    expect(answer.status).toBe(200);
    return { token: String(answer.body['access_token']), clientId };
  };

  it.each([
    ['a JWT', ORDERS],
    ['an opaque token', VAULT],
  ])('tells the resource server everything about %s', async (_kind, resource) => {
    const { token, clientId } = await issue(resource);
    const { body } = await post('/introspect', { token }, { authorization: basic(demoClient('demo-resource-server')) });
    expect(body).toMatchObject({ active: true, client_id: clientId, aud: resource, iss: demo.issuer, token_type: 'Bearer' });
    expect(Number(body['exp'])).toBeGreaterThan(Number(body['iat']));
  });

  it.each([
    ['a JWT', ORDERS, 'demo-post'],
    ['an opaque token', VAULT, 'demo-post'],
  ])('tells an unrelated client exactly {"active":false} about %s', async (_kind, resource) => {
    const { token } = await issue(resource);
    const { status, body } = await post('/introspect', { token, ...formCredentials('demo-post') });
    expect(status).toBe(200);
    expect(body).toEqual({ active: false });
  });

  it('gives an opaque token 43 characters that say nothing', async () => {
    const { token } = await issue(VAULT);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('answers {"active":false} about a token nobody issued, and about a damaged one', async () => {
    const { token } = await issue(ORDERS);
    const ask = async (value: string) =>
      (await post('/introspect', { token: value }, { authorization: basic(demoClient('demo-resource-server')) })).body;
    expect(await ask('x'.repeat(43))).toEqual({ active: false });
    expect(await ask(`${token.slice(0, -4)}AAAA`)).toEqual({ active: false });
  });

  it('MUST refuse a caller without credentials', async () => {
    const { token } = await issue(ORDERS);
    const { status, body } = await post('/introspect', { token });
    expect(status).toBe(401);
    expect(body['error']).toBe('invalid_client');
  });
});

describe('RFC 7009 §2.1 revocation', () => {
  it.each([
    ['a JWT', ORDERS, 'demo-service'],
    ['an opaque token', VAULT, 'demo-vault'],
  ])('TOK-3 ends %s at once, and twice is the same as once', async (_kind, resource, clientId) => {
    const authorization = basic(demoClient(clientId));
    const issued = await post('/token', { grant_type: 'client_credentials', resource }, { authorization });
    const token = String(issued.body['access_token']);
    for (const _ of ['first', 'second']) {
      const revoked = await post('/revoke', { token }, { authorization });
      expect([revoked.status, revoked.text]).toEqual([200, '']);
    }
    const { body } = await post('/introspect', { token }, { authorization: basic(demoClient('demo-resource-server')) });
    expect(body).toEqual({ active: false });
  });

  it('SHOULD answer 200 for a token that is unknown, also to a public client', async () => {
    const { status } = await post('/revoke', { token: 'y'.repeat(43), client_id: 'demo-public' });
    expect(status).toBe(200);
  });

  it("MUST refuse another client's token and change nothing", async () => {
    const issued = await post('/token', { grant_type: 'client_credentials' }, { authorization: basic(demoClient('demo-service')) });
    const token = String(issued.body['access_token']);
    const refused = await post('/revoke', { token, ...formCredentials('demo-post') });
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_grant']);
    const { body } = await post('/introspect', { token }, { authorization: basic(demoClient('demo-resource-server')) });
    expect(body['active']).toBe(true);
  });
});

describe('RFC 8707 §2 resource indicators', () => {
  it('gives the default resource to a client that names none', async () => {
    const { body } = await post('/token', { grant_type: 'client_credentials' }, { authorization: basic(demoClient('demo-service')) });
    expect(decodeJwt(String(body['access_token'])).aud).toBe(ORDERS);
  });
});

function formCredentials(clientId: string): Record<string, string> {
  const client = demoClient(clientId);
  return { client_id: client.client_id, client_secret: client.client_secret ?? '' };
}
