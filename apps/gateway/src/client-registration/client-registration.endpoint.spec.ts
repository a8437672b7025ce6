import { ClientConfigurationEndpoint, ClientRegistrationEndpoint } from '@tessera/contracts';
import { OAuthError } from '@tessera/vocabulary';
import { RunningEdge } from '../testing.js';

const ID = 'rc_2iv3d3YcSTm1vE7vTzrWlA';
const JSON_TYPE = 'Content-Type: application/json';
const METADATA = '{"redirect_uris":["https://client.example.org/cb"]}';

/** An owner that registers whatever comes. */
const registering = (at: RunningEdge) => at.owners.to(ClientRegistrationEndpoint).reply(() => ({ status: 201, body: { client_id: ID }, headers: {} }));

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => edge.forget());
afterAll(() => edge.close());

describe('RFC 7591 §3.1 the registration endpoint', () => {
  it('MUST take JSON and answer as its owner does, to scripts too, and is never cached (GEN-2)', async () => {
    registering(edge);
    const answer = await edge.send('POST', '/register', [JSON_TYPE, 'Authorization: Bearer abc', 'Origin: https://app.example'], METADATA);
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body)).toMatchObject({ client_id: ID });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'access-control-allow-origin': '*' });
    expect(edge.owners.questions(ClientRegistrationEndpoint)).toMatchObject([
      { edge: { authorization: ['Bearer abc'], parameters: [], url: 'https://as.example.com/register' }, metadata: { redirect_uris: ['https://client.example.org/cb'] } },
    ]);
  });

  it('tells a preflight what it takes', async () => {
    const answer = await edge.send('OPTIONS', `/register/${ID}`, ['Origin: https://app.example', 'Access-Control-Request-Method: PUT']);
    expect(answer.headers).toMatchObject({ 'access-control-allow-methods': 'GET, PUT, DELETE, OPTIONS', 'access-control-allow-headers': 'Authorization, Content-Type, DPoP' });
  });

  it.each([
    ['a form (EDG-4)', 'Content-Type: application/x-www-form-urlencoded', METADATA, 'request.json_content_type'],
    ['no type', 'X-None: 1', METADATA, 'request.json_content_type'],
    ['another charset', 'Content-Type: application/json; charset=latin1', METADATA, 'request.json_content_type'],
    ['nothing', JSON_TYPE, '', 'request.malformed_json'],
    ['no JSON', JSON_TYPE, '{"a":', 'request.malformed_json'],
    ['a list', JSON_TYPE, '[]', 'request.malformed_json'],
    ['null', JSON_TYPE, 'null', 'request.malformed_json'],
    ['a NUL in a text (EDG-7)', JSON_TYPE, '{"client_name":"a\\u0000b"}', 'request.malformed_json'],
    ['a NUL in a name (EDG-7)', JSON_TYPE, '{"a\\u0000b":1}', 'request.malformed_json'],
    ['what is no UTF-8 (EDG-7)', JSON_TYPE, Buffer.from([0x7b, 0xff, 0x7d]), 'request.malformed_json'],
    ['21 levels (EDG-3)', JSON_TYPE, `${'{"a":'.repeat(20)}[${'}'.repeat(20)}`.replace('[', '{"a":[1]}'), 'request.malformed_json'],
  ])('MUST refuse %s', async (_case, type, body, reason) => {
    const answer = await edge.send('POST', '/register', [type], body);
    expect(answer.status).toBe(400);
    expect(edge.lines()).toContainEqual(expect.objectContaining({ reason }));
    expect(edge.owners.asked).toEqual([]);
  });

  it('EDG-3 MUST refuse more than 64 KiB, and a query', async () => {
    expect((await edge.send('POST', '/register', [JSON_TYPE], `{"a":"${'x'.repeat(70_000)}"}`)).status).toBe(413);
    expect((await edge.send('POST', '/register?a=b', [JSON_TYPE], METADATA)).status).toBe(400);
  });

  it('RFC 6750 §3 a token that is refused is told with the scheme', async () => {
    edge.owners.to(ClientRegistrationEndpoint).reply(() => {
      throw new OAuthError('client_registration.token');
    });
    const answer = await edge.send('POST', '/register', [JSON_TYPE], METADATA);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="https:\/\/as\.example\.com", error="invalid_token"/);
  });
});

describe('RFC 7592 §2 the address of one client', () => {
  it.each([
    ['GET', '', null],
    ['PUT', METADATA, { redirect_uris: ['https://client.example.org/cb'] }],
    ['DELETE', '', null],
  ])('hands %s on with the client it is about', async (method, body, metadata) => {
    await edge.send(method, `/register/${ID}`, ['Authorization: Bearer abc', ...(body === '' ? [] : [JSON_TYPE])], body);
    expect(edge.owners.questions(ClientConfigurationEndpoint)).toMatchObject([
      { clientId: ID, metadata, edge: { method, url: `https://as.example.com/register/${ID}`, authorization: ['Bearer abc'] } },
    ]);
  });

  it('answers a deletion with nothing', async () => {
    edge.owners.to(ClientConfigurationEndpoint).reply(() => ({ status: 204, body: null, headers: {} }));
    expect(await edge.send('DELETE', `/register/${ID}`)).toMatchObject({ status: 204, body: '' });
  });

  it('knows no other method, and a PUT that is no JSON is no update', async () => {
    expect((await edge.send('POST', `/register/${ID}`, [JSON_TYPE], METADATA)).status).toBe(405);
    expect((await edge.send('PUT', '/register', [JSON_TYPE], METADATA)).status).toBe(405);
    expect((await edge.send('PUT', `/register/${ID}`, ['Content-Type: text/plain'], METADATA)).status).toBe(400);
  });

  it.each(['/register/', '/register/client', `/register/${ID}/x`, '/register/s6BhdRkqt3'])('%s is nobody', async (path) => {
    expect((await edge.send('GET', path)).status).toBe(404);
  });
});

describe('EDG-8, CLI-10 registrations are limited by source', () => {
  it('tells a source how long to wait, and asks nobody', async () => {
    const limited = await RunningEdge.start({ registrationsPerMinute: 2 });
    registering(limited);
    const register = () => limited.send('POST', '/register', [JSON_TYPE], METADATA);
    expect([(await register()).status, (await register()).status]).toEqual([201, 201]);
    const answer = await register();
    await limited.close();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(limited.owners.asked).toHaveLength(2);
  });

  it('counts tokens that are refused', async () => {
    const limited = await RunningEdge.start({ failureLimits: { perClient: 100, perSource: 2 } });
    limited.owners.to(ClientConfigurationEndpoint).reply(() => {
      throw new OAuthError('client_registration.access_token');
    });
    const read = () => limited.send('GET', `/register/${ID}`, ['Authorization: Bearer abc']);
    const statuses = [(await read()).status, (await read()).status, (await read()).status];
    await limited.close();
    expect(statuses).toEqual([401, 401, 429]);
  });
});

describe('REG-1 closed by default', () => {
  it('publishes neither endpoint nor metadata', async () => {
    const closed = await RunningEdge.start({ features: { passwordGrant: false, requirePushedAuthorizationRequests: false, requestUri: false, clientRegistration: false } });
    const answers = [await closed.send('POST', '/register', [JSON_TYPE], METADATA), await closed.send('GET', `/register/${ID}`)];
    const metadata: unknown = JSON.parse((await closed.send('GET', '/.well-known/openid-configuration')).body);
    await closed.close();
    expect(answers.map((one) => one.status)).toEqual([404, 404]);
    expect(metadata).not.toHaveProperty('registration_endpoint');
  });
});
