import { computeCodeChallenge, isCodeChallenge, isCodeVerifier } from './index.js';

const UNRESERVED = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~';

describe('RFC 7636 §4.2, §4.6 the code challenge', () => {
  it('is the one of Appendix B for its verifier', () => {
    expect(computeCodeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  it.each([
    ['the example of Appendix B', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', true],
    ['42 characters', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c', false],
    ['44 characters', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA', false],
    ['padding', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=', false],
    ['base64 that is not base64url', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM', false],
    ['bits no digest of 256 has', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN', false],
    ['a line break at its end', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\n', false],
    ['nothing', '', false],
  ])('has one syntax: %s', (_case, value, expected) => {
    expect(isCodeChallenge(value)).toBe(expected);
  });
});

describe('RFC 7636 §4.1 the code verifier', () => {
  it.each([
    ['43 characters', UNRESERVED.slice(0, 43), true],
    ['128 characters', UNRESERVED.repeat(2).slice(0, 128), true],
    ['the others of the unreserved characters', UNRESERVED.slice(23), true],
    ['42 characters', UNRESERVED.slice(0, 42), false],
    ['129 characters', UNRESERVED.repeat(2).slice(0, 129), false],
    ['a space', `${UNRESERVED.slice(0, 43)} `, false],
    ['a slash', `${UNRESERVED.slice(0, 43)}/`, false],
    ['letters outside ASCII', `${UNRESERVED.slice(0, 43)}ü`, false],
    ['a line break at its end', `${UNRESERVED.slice(0, 43)}\n`, false],
  ])('is 43 to 128 unreserved characters: %s', (_case, value, expected) => {
    expect(isCodeVerifier(value)).toBe(expected);
  });
});
