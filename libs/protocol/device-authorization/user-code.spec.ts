import { displayedUserCode, newUserCode, normaliseUserCode, USER_CODE_ALPHABET, USER_CODE_LENGTH } from './index.js';

describe('RFC 8628 §6.1, DEV-1 the user code', () => {
  it('is eight of twenty consonants, so that no word is spelt and nothing looks like a digit', () => {
    expect([...USER_CODE_ALPHABET].filter((letter) => /[AEIOUY0-9]/.test(letter))).toEqual([]);
    expect(new Set(USER_CODE_ALPHABET).size).toBe(20);
    expect(Math.log2(USER_CODE_ALPHABET.length ** USER_CODE_LENGTH)).toBeGreaterThan(34);
  });

  it('uses every letter the source of randomness can name, and asks for no other', () => {
    const asked: number[] = [];
    let next = 0;
    const codes = Array.from({ length: 5 }, () => newUserCode((bound) => (asked.push(bound), next++ % bound)));
    expect(new Set(asked)).toEqual(new Set([20]));
    expect(new Set(codes.join(''))).toEqual(new Set(USER_CODE_ALPHABET));
    expect(codes.map(normaliseUserCode)).toEqual(codes);
  });

  it('is shown in two halves, which is one of the ways it may be typed', () => {
    expect(displayedUserCode('WDJBMJHT')).toBe('WDJB-MJHT');
    expect(normaliseUserCode('WDJB-MJHT')).toBe('WDJBMJHT');
  });
});

describe('RFC 8628 §6.1, DEV-1 entry forgives case and separators', () => {
  it.each([
    'WDJBMJHT', 'wdjbmjht', 'WdJb-mJhT', 'WDJB MJHT', ' wdjb  mjht ', 'W-D-J-B-M-J-H-T', 'WDJB–MJHT', 'WDJB—MJHT', 'WDJB‑MJHT', 'WDJB_MJHT',
    'WDJB.MJHT', 'WDJB\u00a0MJHT', 'WDJB\tMJHT', 'ＷＤＪＢ－ＭＪＨＴ', '-WDJBMJHT-',
  ])('accepts %j', (typed) => {
    expect(normaliseUserCode(typed)).toBe('WDJBMJHT');
  });

  it.each([
    ['nothing', ''], ['separators alone', ' - '], ['one letter too few', 'WDJBMJH'], ['one too many', 'WDJBMJHTT'], ['a vowel', 'WDJBMJHA'],
    ['a digit', 'WDJBMJH1'], ['a letter that only looks right', 'WDJВMJHT'], ['a slash', 'WDJB/MJHT'], ['a quote', "WDJB'MJHT"],
    ['a code with more around it', 'code WDJBMJHT'], ['a letter whose capital is two', 'WDJBMJß'], ['more than anybody types', `${' '.repeat(70)}WDJBMJHT`],
  ])('and nothing else: %s', (_case, typed) => {
    expect(normaliseUserCode(typed)).toBeNull();
  });
});
