import { authorityOver, isSubsetOf, OAuthError, parseScope, ResourceIdentifier } from './index.js';

describe('RFC 6749 §3.3 scope', () => {
  it.each([
    ['one token', 'openid', ['openid']],
    ['several', 'a b c', ['a', 'b', 'c']],
    ['a repeated token, which means the same', 'a b a', ['a', 'b']],
    ['every allowed punctuation', "!#[]~ https://x/y", ['!#[]~', 'https://x/y']],
  ])('accepts %s', (_case, scope, tokens) => {
    expect(parseScope(scope)).toEqual(tokens);
  });

  it.each([
    ['empty', ''],
    ['a doubled space', 'a  b'],
    ['a leading space', ' a'],
    ['a trailing space', 'a '],
    ['a quote', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a control character', 'a\u0000b'],
    ['a letter outside ASCII', 'ä'],
    ['too long a token', 'x'.repeat(129)],
    ['too many tokens', Array.from({ length: 101 }, (_, i) => `s${i}`).join(' ')],
  ])('refuses %s', (_case, scope) => {
    expect(() => parseScope(scope)).toThrow(new OAuthError('scope.malformed'));
  });
});

describe('RFC 8707 §2 a resource is an absolute URI without a fragment', () => {
  it.each(['https://api.example.com/', 'urn:example:orders', 'https://api.example.com/app?x=1'])('accepts %s', (value) => {
    expect(ResourceIdentifier.safeParse(value).success).toBe(true);
  });
  it.each(['', '/orders', 'https://api.example.com/#a', 'https://a b', 'api.example.com'])('refuses %j', (value) => {
    expect(ResourceIdentifier.safeParse(value).success).toBe(false);
  });
});

describe('GEN-7 authority is never widened', () => {
  const granted = authorityOver(['a', 'b'], ['https://api.example.com']);
  it('contains itself and less', () => {
    expect(isSubsetOf(granted, granted)).toBe(true);
    expect(isSubsetOf(authorityOver(['a'], []), granted)).toBe(true);
  });
  it.each([
    ['a further scope', authorityOver(['a', 'c'], [])],
    ['a further resource', authorityOver(['a'], ['https://other.example.com'])],
    ['a further claim', { ...authorityOver(['a'], []), claims: { email: null } }],
    ['a further detail', { ...authorityOver(['a'], []), authorizationDetails: [{ type: 'payment' }] }],
  ])('does not contain %s', (_case, wider) => {
    expect(isSubsetOf(wider, granted)).toBe(false);
  });
});
