import { publishedSurface, requestTarget, routeAt } from './published-surface.js';

const CLOSED = { clientRegistration: false };

describe('EDG-2 one spelling per path', () => {
  it('publishes the endpoints and documents of an issuer without a path', () => {
    expect([...publishedSurface('https://as.example.com', 'style.0.css', CLOSED).keys()]).toEqual([
      '/authorize',
      '/par',
      '/device_authorization',
      '/bc-authorize',
      '/token',
      '/introspect',
      '/revoke',
      '/userinfo',
      '/end_session',
      '/jwks',
      '/check_session',
      '/interaction',
      '/account',
      '/device',
      '/approvals',
      '/style.0.css',
      '/approvals-worker.js',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
    ]);
  });

  it('RFC 8414 §3.1 publishes everything below the path of an issuer, the documents in both places', () => {
    expect([...publishedSurface('https://example.com/one', 'style.0.css', CLOSED).keys()]).toEqual([
      '/one/authorize',
      '/one/par',
      '/one/device_authorization',
      '/one/bc-authorize',
      '/one/token',
      '/one/introspect',
      '/one/revoke',
      '/one/userinfo',
      '/one/end_session',
      '/one/jwks',
      '/one/check_session',
      '/one/interaction',
      '/one/account',
      '/one/device',
      '/one/approvals',
      '/one/style.0.css',
      '/one/approvals-worker.js',
      '/.well-known/oauth-authorization-server/one',
      '/one/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/one',
      '/one/.well-known/openid-configuration',
    ]);
  });

  it('KEY-1 names each route by its published URL', () => {
    const surface = publishedSurface('https://example.com/one', 'style.0.css', CLOSED);
    expect(surface.get('/one/token')?.url).toBe('https://example.com/one/token');
    expect(surface.get('/.well-known/openid-configuration/one')?.url).toBe('https://example.com/.well-known/openid-configuration/one');
  });

  it('AUT-6 lets scripts call what is meant for them only', () => {
    const open = [...publishedSurface('https://as.example.com', 'style.0.css', CLOSED).values()].filter((route) => route.crossOrigin);
    expect(open.map((route) => route.name)).toEqual(['pushedAuthorizationRequest', 'deviceAuthorization', 'token', 'revocation', 'userinfo', 'jwks', 'authorizationServer', 'openidProvider']);
  });
});

describe('RFC 7592 §1.2 the address of one client', () => {
  const ID = 'rc_2iv3d3YcSTm1vE7vTzrWlA';
  const open = publishedSurface('https://example.com/one', 'style.0.css', { clientRegistration: true });

  it('is below the registration endpoint, for each client its own', () => {
    expect(routeAt(open, '/one/register')).toMatchObject({ name: 'registration', url: 'https://example.com/one/register', body: 'json', allow: 'POST, OPTIONS' });
    expect(routeAt(open, `/one/register/${ID}`)).toMatchObject({ name: 'clientConfiguration', url: `https://example.com/one/register/${ID}`, allow: 'GET, PUT, DELETE, OPTIONS' });
  });

  it.each(['/one/register/', `/one/register/${ID}/`, `/one/register/${ID}x`, `/one/register//${ID}`, '/one/register/s6BhdRkqt3', `/one/register/rc%5f${ID.slice(3)}`, `/one/register/${ID};x`, `/one/register/../register/${ID}`, `/register/${ID}`, '/one/register/client'])('is nowhere else: %s', (path) => {
    expect(routeAt(open, path)).toBeNull();
  });

  it('REG-1 is not there where registration is off', () => {
    const closed = publishedSurface('https://example.com/one', 'style.0.css', CLOSED);
    expect([routeAt(closed, '/one/register'), routeAt(closed, `/one/register/${ID}`)]).toEqual([null, null]);
  });
});

describe('RFC 9112 §3.2 request targets', () => {
  it.each([
    ['/token', { path: '/token', hasQuery: false, query: '', authority: null }],
    ['/token?', { path: '/token', hasQuery: true, query: '', authority: null }],
    ['/token?a=/b', { path: '/token', hasQuery: true, query: 'a=/b', authority: null }],
    ['https://as.example.com/token', { path: '/token', hasQuery: false, query: '', authority: 'as.example.com' }],
    ['http://evil.example?/token', { path: '', hasQuery: true, query: '/token', authority: 'evil.example' }],
    ['//evil.example/token', { path: '//evil.example/token', hasQuery: false, query: '', authority: null }],
    ['*', { path: '*', hasQuery: false, query: '', authority: null }],
  ])('takes %s apart without decoding it', (target, expected) => {
    expect(requestTarget(target)).toEqual(expected);
  });
});
