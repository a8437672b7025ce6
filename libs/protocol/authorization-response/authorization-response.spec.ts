import { OAuthError } from '@tessera/vocabulary';
import { encodeAuthorizationResponse, refusalParameters, successParameters, withQuery } from './index.js';

const ISSUER = 'https://as.example.com';
const CALLBACK = 'https://client.example.org/cb';
const NOTHING = { code: null, accessToken: null, idToken: null };

describe('RFC 6749 §4.1.2 a successful authorization response', () => {
  it('REQUIRED: code and the exact state; with iss (RFC 9207 §2, AUT-4)', () => {
    expect(successParameters({ state: 'af0 ifjs&ldkj' }, { ...NOTHING, code: 'SplxlOBeZQQYbYS6WxSbIA' }, ISSUER)).toEqual([
      ['code', 'SplxlOBeZQQYbYS6WxSbIA'],
      ['state', 'af0 ifjs&ldkj'],
      ['iss', ISSUER],
    ]);
  });

  it('has no state when none was sent', () => {
    expect(successParameters({ state: null }, { ...NOTHING, code: 'x' }, ISSUER)).toEqual([['code', 'x'], ['iss', ISSUER]]);
  });
});

describe('OIDC Core §3.2.2.5, §3.3.2.5, RFC 6749 §4.2.2 a response with tokens', () => {
  it('has what its response type carries, in one order', () => {
    const accessToken = { token: 'SlAV32hkKG', lifetimeSeconds: 600, scope: ['openid', 'email'] };
    expect(successParameters({ state: 's' }, { code: 'c', accessToken, idToken: 'i' }, ISSUER)).toEqual([
      ['code', 'c'],
      ['access_token', 'SlAV32hkKG'],
      ['token_type', 'Bearer'],
      ['expires_in', '600'],
      ['scope', 'openid email'],
      ['id_token', 'i'],
      ['state', 's'],
      ['iss', ISSUER],
    ]);
    expect(successParameters({ state: null }, { ...NOTHING, idToken: 'i' }, ISSUER)).toEqual([['id_token', 'i'], ['iss', ISSUER]]);
  });

  it('OAuth Multiple Response Types §2.1 response mode fragment adds them behind the redirect URI as it is', () => {
    const location = `${CALLBACK}?a=b#id_token=i+j&state=%26`;
    expect(encodeAuthorizationResponse('fragment', `${CALLBACK}?a=b`, [['id_token', 'i j'], ['state', '&']])).toEqual({ kind: 'redirect', location });
    expect(encodeAuthorizationResponse('fragment', CALLBACK, [])).toEqual({ kind: 'redirect', location: CALLBACK });
  });
});

describe('RFC 6749 §4.1.2.1 an error response', () => {
  const refusal = new OAuthError('authorization_request.response_type', { secret: 'for the log' });

  it('REQUIRED: error and the exact state; with iss (RFC 9207 §2), and nothing of the log', () => {
    expect(refusalParameters(refusal, 'xyz', ISSUER)).toEqual([
      ['error', 'unsupported_response_type'],
      ['error_description', refusal.description],
      ['state', 'xyz'],
      ['iss', ISSUER],
    ]);
  });

  it('has no state when none was sent', () => {
    expect(refusalParameters(refusal, null, ISSUER).map(([name]) => name)).toEqual(['error', 'error_description', 'iss']);
  });
});

describe('OAuth Multiple Response Types §2.1 response mode query', () => {
  it.each([
    ['no query', CALLBACK, `${CALLBACK}?code=a+b%26c&iss=https%3A%2F%2Fas.example.com`],
    ['a query, which MUST be retained (RFC 6749 §3.1.2)', `${CALLBACK}?dummy1=lorem&dummy2=ipsum`, `${CALLBACK}?dummy1=lorem&dummy2=ipsum&code=a+b%26c&iss=https%3A%2F%2Fas.example.com`],
    ['an empty query', `${CALLBACK}?`, `${CALLBACK}?code=a+b%26c&iss=https%3A%2F%2Fas.example.com`],
    ['an open end', `${CALLBACK}?a=b&`, `${CALLBACK}?a=b&code=a+b%26c&iss=https%3A%2F%2Fas.example.com`],
    ['letters the parser would normalise', 'https://client.example.org', 'https://client.example.org?code=a+b%26c&iss=https%3A%2F%2Fas.example.com'],
    ['a private-use scheme', 'com.example.app:/cb', 'com.example.app:/cb?code=a+b%26c&iss=https%3A%2F%2Fas.example.com'],
  ])('adds the parameters to a redirect URI with %s', (_case, redirectUri, location) => {
    const parameters = [['code', 'a b&c'], ['iss', ISSUER]] as const;
    expect(encodeAuthorizationResponse('query', redirectUri, parameters)).toEqual({ kind: 'redirect', location });
  });

  it('leaves an address without parameters as it is', () => {
    expect(withQuery(CALLBACK, [])).toBe(CALLBACK);
  });

  it.each([1_000, 2_048])('brings a state of %i characters back intact', (length) => {
    const state = '~!@#$%^&*()=?'.repeat(length).slice(0, length);
    const encoded = encodeAuthorizationResponse('query', CALLBACK, [['state', state]]);
    expect(encoded.kind === 'redirect' && new URL(encoded.location).searchParams.get('state')).toBe(state);
  });
});

describe('Form Post Response Mode §2 response mode form_post', () => {
  it('posts the parameters and puts nothing in the query', () => {
    const parameters = [['code', '"><script>'], ['state', 'xyz']] as const;
    expect(encodeAuthorizationResponse('form_post', `${CALLBACK}?a=b`, parameters)).toEqual({
      kind: 'form',
      action: `${CALLBACK}?a=b`,
      fields: parameters,
    });
  });
});
