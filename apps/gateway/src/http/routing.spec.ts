import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
afterAll(() => edge.close());

const error = (body: string): unknown => JSON.parse(body);

describe('EDG-2 strict routing: one spelling per path', () => {
  it.each([
    '/',
    '/Token',
    '/token/',
    '//token',
    '/token//',
    '/./token',
    '/x/../token',
    '/token/.',
    '/token/..',
    '/%74oken',
    '/%2Ftoken',
    '/token%2F',
    '/%2e/token',
    '/x/%2e%2e/token',
    '/token;a=b',
    '/token%3Fx',
    '/token%00',
    '/token%',
    '/\\token',
    '/.nowhere',
    '/__proto__',
    '/interaction/',
    '/account/x',
    '/Authorize',
    '/authorize;a=b',
    '/style.css',
    '/metrics',
    '/readyz',
  ])('MUST NOT find an endpoint at %s', async (target) => {
    const answer = await edge.form(target, 'grant_type=client_credentials');
    expect(answer.status).toBe(404);
    expect(error(answer.body)).toEqual({ error: 'invalid_request', error_description: 'there is no endpoint at this address' });
    expect(edge.owners.asked).toEqual([]);
  });

  it('RFC 9112 §3.2.2 MUST accept the absolute form of a target of ours', async () => {
    const answer = await edge.send('GET', 'https://as.example.com/jwks', ['Host: elsewhere.example']);
    expect(answer.status).toBe(200);
  });
});

describe('RFC 9110 §15.5.6 method not allowed', () => {
  it.each([
    ['GET', '/token', 'POST, OPTIONS'],
    ['HEAD', '/token', 'POST, OPTIONS'],
    ['PUT', '/introspect', 'POST, OPTIONS'],
    ['DELETE', '/revoke', 'POST, OPTIONS'],
    ['POST', '/jwks', 'GET, HEAD, OPTIONS'],
    ['TRACE', '/token', 'POST, OPTIONS'],
    ['PATCH', '/.well-known/openid-configuration', 'GET, HEAD, OPTIONS'],
  ])('MUST answer %s %s with 405 and Allow', async (method, path, allow) => {
    const answer = await edge.send(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe(allow);
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('ignores method overrides', async () => {
    const answer = await edge.send('GET', '/token', ['X-HTTP-Method-Override: POST', 'X-Method-Override: POST', 'X-HTTP-Method: POST']);
    expect(answer.status).toBe(405);
  });

  it('RFC 9110 §9.3.2 HEAD is GET without the body', async () => {
    const [get, head] = [await edge.send('GET', '/jwks'), await edge.send('HEAD', '/jwks')];
    expect(head.status).toBe(200);
    expect(head.body).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it('RFC 9110 §9.3.7 OPTIONS tells the methods', async () => {
    const answer = await edge.send('OPTIONS', '/introspect');
    expect(answer.status).toBe(204);
    expect(answer.headers['allow']).toBe('POST, OPTIONS');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('Fetch standard §3.2.2 CORS: scripts of any origin, never with credentials', () => {
  it('answers the preflight of a token request', async () => {
    const answer = await edge.send('OPTIONS', '/token', ['Origin: https://app.example', 'Access-Control-Request-Method: POST']);
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'Authorization, Content-Type, DPoP',
    });
  });

  it.each(['/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])('lets scripts read %s', async (path) => {
    expect((await edge.send('GET', path, ['Origin: https://app.example'])).headers['access-control-allow-origin']).toBe('*');
  });

  it('lets scripts read errors too', async () => {
    const answer = await edge.form('/token', 'a=1&a=2', ['Origin: https://app.example']);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });

  it('never allows credentials', async () => {
    const answers = await Promise.all(['/token', '/revoke', '/introspect', '/jwks'].map((path) => edge.send('OPTIONS', path)));
    expect(answers.map((answer) => answer.headers['access-control-allow-credentials'])).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('EDG-1 Host must be a configured name', () => {
  it.each([
    ['the host', 'as.example.com', 200],
    ['another letter case', 'AS.Example.COM', 200],
    ['the default port', 'as.example.com:443', 200],
    ['another host', 'evil.example', 421],
    ['another port', 'as.example.com:8443', 421],
    ['a host that ends alike', 'xas.example.com', 421],
    ['a trailing dot', 'as.example.com.', 421],
    ['user information', 'x@as.example.com', 421],
    ['nothing', '', 421],
  ])('answers %s', async (_case, host, status) => {
    expect((await edge.send('GET', '/jwks', [`Host: ${host}`])).status).toBe(status);
  });

  it('answers a missing Host with 421 and a request id', async () => {
    const answer = await edge.raw('GET /jwks HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer.status).toBe(421);
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('RFC 9112 §3.2 MUST answer a second Host with 400', async () => {
    expect((await edge.send('GET', '/jwks', ['Host: as.example.com', 'Host: as.example.com'])).status).toBe(400);
  });

  it('does not let forwarded headers choose the host', async () => {
    const answer = await edge.send('GET', '/jwks', ['Host: evil.example', 'X-Forwarded-Host: as.example.com', 'Forwarded: host=as.example.com']);
    expect(answer.status).toBe(421);
  });

  it('accepts what the deployment allows beside the issuer', async () => {
    const inside = await RunningEdge.start({ allowedHosts: ['Gateway.internal:8080'] });
    try {
      expect((await inside.send('GET', '/jwks', ['Host: gateway.internal:8080'])).status).toBe(200);
      expect((await inside.send('GET', '/jwks', ['Host: gateway.internal'])).status).toBe(421);
    } finally {
      await inside.close();
    }
  });
});
