import { authorizationServerMetadata, openidProviderMetadata } from '@tessera/protocol/server-metadata';
import { Outage } from '@tessera/vocabulary';
import { FEATURES, ISSUER, PUBLISHED, RunningEdge } from '../testing.js';

const WITH_PATH = 'https://example.com/tenant/one';

describe('RFC 8414 §3, OIDC Discovery §4 the metadata documents', () => {
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await RunningEdge.start();
  });
  afterAll(() => edge.close());

  it.each([
    ['/.well-known/oauth-authorization-server', authorizationServerMetadata(ISSUER, FEATURES)],
    ['/.well-known/openid-configuration', openidProviderMetadata(ISSUER, FEATURES)],
  ])('MUST be 200 and JSON at %s, and may be cached', async (path, document) => {
    const answer = await edge.send('GET', path);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual(document);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' });
    expect(answer.headers['pragma']).toBeUndefined();
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('KEY-1 MUST NOT depend on the request', async () => {
    const plain = await edge.send('GET', '/.well-known/openid-configuration');
    const forged = await edge.send('GET', '/.well-known/openid-configuration?issuer=evil', ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http']);
    expect(forged.body).toBe(plain.body);
  });
});

describe('RFC 8414 §3.1 an issuer with a path', () => {
  let edge: RunningEdge;
  beforeAll(async () => {
    edge = await RunningEdge.start({ issuer: WITH_PATH });
  });
  afterAll(() => edge.close());
  const at = (path: string) => edge.send('GET', path, ['Host: example.com']);

  it.each([
    '/.well-known/oauth-authorization-server/tenant/one',
    '/.well-known/openid-configuration/tenant/one',
    '/tenant/one/.well-known/oauth-authorization-server',
    '/tenant/one/.well-known/openid-configuration',
  ])('has its document at %s', async (path) => {
    expect(JSON.parse((await at(path)).body)).toMatchObject({ issuer: WITH_PATH, token_endpoint: `${WITH_PATH}/token` });
  });

  it('has its endpoints below the path and nowhere else', async () => {
    expect((await at('/tenant/one/jwks')).status).toBe(200);
    for (const path of ['/jwks', '/.well-known/openid-configuration', '/tenant/one', '/tenant/jwks', '/tenant/one/../one/jwks']) {
      expect((await at(path)).status).toBe(404);
    }
  });

  it('tells the owner the published URL', async () => {
    await edge.form('/tenant/one/token', 'a=1', ['Host: example.com']);
    expect(edge.owners.asked[0]?.request.url).toBe(`${WITH_PATH}/token`);
  });
});

describe('RFC 7517 §5 the published keys', () => {
  it('KEY-4 may be cached for as long as a new key waits before it signs', async () => {
    const edge = await RunningEdge.start();
    const answer = await edge.send('GET', '/jwks');
    await edge.close();
    expect(answer).toMatchObject({ status: 200, body: '{"keys":[{"kty":"EC","kid":"kid-1","use":"sig","alg":"ES256"}]}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' });
  });

  it('are 503 and not cached when the last copy is too old', async () => {
    const edge = await RunningEdge.start({
      published: {
        ...PUBLISHED,
        jwks: () => {
          throw new Outage('key-management', 'the last copy is too old');
        },
      },
    });
    const answer = await edge.send('GET', '/jwks');
    await edge.close();
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '1' });
  });
});
