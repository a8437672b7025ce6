import { type CryptoKey, importJWK, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { basic, demo, demoClient, post, rowCounts, type Answer } from './demo.js';
import { type KeyPair, keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

const GRANT = { grant_type: 'client_credentials' };
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const service = demoClient('demo-service');
const keyed = demoClient('demo-key');

/** The answer RFC 6749 §5.2 asks for, and GEN-2: not cacheable. */
function expectRefusal(answer: Answer, status: number, error: string): void {
  expect([answer.status, answer.body['error']]).toEqual([status, error]);
  expect(String(answer.body['error_description'])).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  expect(Object.keys(answer.body).sort()).toEqual(['error', 'error_description']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('cache-control')).toContain('no-store');
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
}

async function unchanged(attempt: () => Promise<void>): Promise<void> {
  const before = await rowCounts();
  await attempt();
  expect(await rowCounts()).toEqual(before);
}

describe('RFC 6749 §5.2 the token endpoint refuses, and nothing changes', () => {
  const good = { authorization: basic(service) };
  const form = (...pairs: [string, string][]) => [['grant_type', 'client_credentials'] as const, ...pairs];

  it.each<[string, Parameters<typeof post>[1], Record<string, string>, number, string]>([
    ['an unknown client', GRANT, { authorization: basic({ ...service, client_id: 'nobody' }) }, 401, 'invalid_client'],
    ['a wrong secret', GRANT, { authorization: basic(service, 'x'.repeat(43)) }, 401, 'invalid_client'],
    ['no credentials', GRANT, {}, 401, 'invalid_client'],
    ['a public client', { ...GRANT, client_id: 'demo-public' }, {}, 400, 'unauthorized_client'],
    ['a method the client did not register', { ...GRANT, client_id: service.client_id, client_secret: service.client_secret ?? '' }, {}, 401, 'invalid_client'],
    ['two methods at once', { ...GRANT, client_id: service.client_id, client_secret: service.client_secret ?? '' }, good, 400, 'invalid_request'],
    ['a repeated parameter', form(['grant_type', 'client_credentials']), good, 400, 'invalid_request'],
    ['a repeated scope', form(['scope', 'orders.read'], ['scope', 'orders.read']), good, 400, 'invalid_request'],
    ['a Basic header that is no base64', GRANT, { authorization: 'Basic ***' }, 401, 'invalid_client'],
    ['a Basic header without a colon', GRANT, { authorization: `Basic ${btoa('demo-service')}` }, 401, 'invalid_client'],
    ['a Basic header with broken percent-encoding', GRANT, { authorization: `Basic ${btoa('demo%zz:x')}` }, 401, 'invalid_client'],
    ['another scheme', GRANT, { authorization: 'Bearer x' }, 401, 'invalid_client'],
    ['a wrong content type', '{"grant_type":"client_credentials"}', { ...good, 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['no grant type', {}, good, 400, 'invalid_request'],
    ['an empty grant type', { grant_type: '' }, good, 400, 'invalid_request'],
    ['an unknown grant', { grant_type: 'urn:example:unknown' }, good, 400, 'unsupported_grant_type'],
    ['a grant the client may not use', GRANT, { authorization: basic(demoClient('demo-resource-server')) }, 400, 'unauthorized_client'],
    ['a foreign scope', { ...GRANT, scope: 'admin' }, good, 400, 'invalid_scope'],
    ['the scope openid', { ...GRANT, scope: 'openid' }, good, 400, 'invalid_scope'],
    ['a malformed scope', { ...GRANT, scope: 'a"b' }, good, 400, 'invalid_scope'],
    ['an unknown resource', { ...GRANT, resource: 'https://unknown.example.com' }, good, 400, 'invalid_target'],
    ['a resource the client may not use', { ...GRANT, resource: 'https://api.example.com/vault' }, good, 400, 'invalid_target'],
    ['a resource that is no URI', { ...GRANT, resource: 'orders' }, good, 400, 'invalid_target'],
    ['a resource with a fragment', { ...GRANT, resource: 'https://api.example.com/orders#x' }, good, 400, 'invalid_target'],
    ['two resources', form(['resource', 'https://api.example.com/orders'], ['resource', 'https://api.example.com/vault']), good, 400, 'invalid_target'],
    ['more than 100 parameters', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`p${i}`, '1'])), good, 400, 'invalid_request'],
    ['a NUL character', 'grant_type=client_credentials&scope=%00', good, 400, 'invalid_request'],
    ['invalid UTF-8', 'grant_type=client_credentials&scope=%ff', good, 400, 'invalid_request'],
  ])('%s', async (_case, parameters, headers, status, error) => {
    await unchanged(async () => expectRefusal(await post('/token', parameters, headers), status, error));
  });

  it('EDG-3 a body over 64 KiB is 413', async () => {
    await unchanged(async () => {
      const { status } = await post('/token', { ...GRANT, scope: 'x'.repeat(70_000) }, good);
      expect(status).toBe(413);
    });
  });

  it('CLI-2 an unknown client and a wrong secret cannot be told apart', async () => {
    const unknown = await post('/token', GRANT, { authorization: basic({ ...service, client_id: 'nobody' }) });
    const wrong = await post('/token', GRANT, { authorization: basic(service, 'x'.repeat(43)) });
    expect(wrong.text).toBe(unknown.text);
  });

  it('carries a request id on every answer', async () => {
    const { headers } = await post('/token', GRANT, {});
    expect(headers.get('request-id') ?? headers.get('x-request-id')).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  });
});

describe('RFC 7523 §3 a client assertion is refused, and nothing changes', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (): JWTPayload => ({ iss: keyed.client_id, sub: keyed.client_id, aud: demo.issuer, exp: now() + 60, iat: now(), jti: randomUUID() });

  async function signed(payload: JWTPayload, header: { alg?: string; kid?: string } = {}, key?: CryptoKey | KeyPair['privateKey']): Promise<string> {
    const own = await importJWK(keyed.private_key_jwk as JWK, 'ES256');
    const kid = String(keyed.private_key_jwk?.['kid'] ?? '');
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', ...(kid === '' ? {} : { kid }), ...header }).sign(key ?? own);
  }

  const present = (assertion: string, extra: Record<string, string> = {}) =>
    post('/token', { ...GRANT, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion, ...extra });

  const without = (name: string): JWTPayload => Object.fromEntries(Object.entries(claims()).filter(([claim]) => claim !== name));

  it.each<[string, () => Promise<string>]>([
    ['of another audience', () => signed({ ...claims(), aud: 'https://other.example.com' })],
    ['for several servers', () => signed({ ...claims(), aud: [demo.issuer, 'https://other.example.com'] })],
    ['of another issuer', () => signed({ ...claims(), iss: 'demo-service' })],
    ['of another subject', () => signed({ ...claims(), sub: 'demo-service' })],
    ['without iss', () => signed(without('iss'))],
    ['without sub', () => signed(without('sub'))],
    ['without aud', () => signed(without('aud'))],
    ['without exp', () => signed(without('exp'))],
    ['without jti', () => signed(without('jti'))],
    ['that has expired', () => signed({ ...claims(), exp: now() - 5 })],
    ['that lives an hour', () => signed({ ...claims(), exp: now() + 3600 })],
    ['issued in the future', () => signed({ ...claims(), iat: now() + 62, nbf: now() + 62 })],
    ['with an unknown kid', () => signed(claims(), { kid: 'unknown' })],
    ['signed by another key', async () => signed(claims(), {}, keyPairFor('ES256').privateKey)],
    ['with another algorithm', async () => signed(claims(), { alg: 'ES384' }, keyPairFor('ES384').privateKey)],
    ['signed with HMAC over a guessable secret', async () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('x'.repeat(43)))],
    ['unsigned (none)', async () => new UnsecuredJWT(claims()).encode()],
    ['that is no JWT', async () => 'x.y.z'],
  ])('%s', async (_case, assertion) => {
    await unchanged(async () => expectRefusal(await present(await assertion()), 401, 'invalid_client'));
  });

  it('of an unknown assertion type', async () => {
    const assertion = await signed(claims());
    const answer = await post('/token', { ...GRANT, client_assertion_type: 'urn:example:other', client_assertion: assertion });
    expectRefusal(answer, 401, 'invalid_client');
  });

  it('next to a secret: two methods at once', async () => {
    expectRefusal(await present(await signed(claims()), { client_id: keyed.client_id, client_secret: 'x' }), 400, 'invalid_request');
  });

  it('of another client_id than its own', async () => {
    expectRefusal(await present(await signed(claims()), { client_id: 'demo-service' }), 401, 'invalid_client');
  });

  it('CLI-7 MUST be used once: 40 at the same time, one wins', async () => {
    const assertion = await signed(claims());
    const answers = await Promise.all(Array.from({ length: 40 }, () => present(assertion)));
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    for (const lost of answers.filter((one) => one.status !== 200)) expectRefusal(lost, 401, 'invalid_client');
  });

  it('CLI-7 MUST be used once: also at another endpoint', async () => {
    const assertion = await signed(claims());
    expect((await present(assertion)).status).toBe(200);
    const again = await post('/introspect', { token: 'x', client_assertion_type: ASSERTION_TYPE, client_assertion: assertion });
    expectRefusal(again, 401, 'invalid_client');
  });

  it('accepts the token endpoint URL as audience for the openid profile', async () => {
    expect((await present(await signed({ ...claims(), aud: `${demo.issuer}/token` }))).status).toBe(200);
  });
});

describe('RFC 6749 §3.2 the endpoint itself', () => {
  it.each(['GET', 'PUT', 'DELETE'])('answers 405 to %s', async (method) => {
    const response = await fetch(`${demo.issuer}/token`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain('POST');
  });

  it.each(['/Token', '/token/', '//token', '/%74oken', '/token;x=1', '/./token'])('EDG-2 %s is not the token endpoint', async (path) => {
    const response = await fetch(`${demo.issuer}${path === '/./token' ? '/x/../token/' : path}`, { method: 'POST' });
    expect([404, 400]).toContain(response.status);
  });
});
