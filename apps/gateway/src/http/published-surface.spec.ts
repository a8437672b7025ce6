import { publishedSurface, requestTarget } from './published-surface.js';

describe('EDG-2 one spelling per path', () => {
  it('publishes the endpoints and documents of an issuer without a path', () => {
    expect([...publishedSurface('https://as.example.com', 'style.0.css').keys()]).toEqual([
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
      '/interaction',
      '/account',
      '/device',
      '/approvals',
      '/style.0.css',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
    ]);
  });

  it('RFC 8414 §3.1 publishes everything below the path of an issuer, the documents in both places', () => {
    expect([...publishedSurface('https://example.com/one', 'style.0.css').keys()]).toEqual([
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
      '/one/interaction',
      '/one/account',
      '/one/device',
      '/one/approvals',
      '/one/style.0.css',
      '/.well-known/oauth-authorization-server/one',
      '/one/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/one',
      '/one/.well-known/openid-configuration',
    ]);
  });

  it('KEY-1 names each route by its published URL', () => {
    const surface = publishedSurface('https://example.com/one', 'style.0.css');
    expect(surface.get('/one/token')?.url).toBe('https://example.com/one/token');
    expect(surface.get('/.well-known/openid-configuration/one')?.url).toBe('https://example.com/.well-known/openid-configuration/one');
  });

  it('AUT-6 lets scripts call what is meant for them only', () => {
    const open = [...publishedSurface('https://as.example.com', 'style.0.css').values()].filter((route) => route.crossOrigin);
    expect(open.map((route) => route.name)).toEqual(['pushedAuthorizationRequest', 'deviceAuthorization', 'token', 'revocation', 'userinfo', 'jwks', 'authorizationServer', 'openidProvider']);
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
