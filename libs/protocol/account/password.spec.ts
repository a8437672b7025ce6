import { newPasswordFault, preparePassword, presentedPassword } from './index.js';

describe('RFC 8265 §4.2.2 a password in one form', () => {
  it.each([
    ['composed and decomposed letters are one', 'pa\u0308ssword', 'p\u00e4ssword'],
    ['spaces of other widths are spaces', 'correct\u00a0horse\u3000battery', 'correct horse battery'],
    ['case counts', 'Correct Horse', 'Correct Horse'],
    ['spaces at the ends count', ' correct ', ' correct '],
    ['compatibility forms are not folded', 'ﬁ', 'ﬁ'],
  ])('%s', (_case, given, prepared) => {
    expect(preparePassword(given)).toBe(prepared);
  });
});

describe('CCR-5, NIST SP 800-63B §3.1.1.2: the length of a password', () => {
  it.each([
    ['7 characters', 'x'.repeat(7), 'password-too-short'],
    ['8 characters', 'x'.repeat(8), null],
    ['256 characters', 'x'.repeat(256), null],
    ['257 characters', 'x'.repeat(257), 'password-too-long'],
    ['7 characters of two units each', '🐎'.repeat(7), 'password-too-short'],
    ['256 characters of two units each', '🐎'.repeat(256), null],
    ['a megabyte', 'x'.repeat(1_048_576), 'password-too-long'],
    ['nothing', '', 'password-too-short'],
    ['8 code points that are 4 letters', 'a\u0308'.repeat(4), 'password-too-short'],
  ])('a new one of %s: %#', (_case, password, fault) => {
    expect(newPasswordFault(password)).toBe(fault);
  });

  it.each([
    ['nothing', '', false],
    ['1 character, which an older rule may have allowed', 'x', true],
    ['256 characters', 'x'.repeat(256), true],
    ['257 characters', 'x'.repeat(257), false],
    ['a megabyte', 'x'.repeat(1_048_576), false],
  ])('a presented one of %s is hashed or not', (_case, password, hashed) => {
    expect(presentedPassword(password) !== null).toBe(hashed);
  });

  it('MUST NOT be cut: what follows the limit is not ignored', () => {
    expect(presentedPassword(`${'x'.repeat(256)}y`)).toBeNull();
  });
});
