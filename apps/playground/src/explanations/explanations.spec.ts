import { claimMeaning, valueInWords } from './claims.js';
import { errorExplanation } from './errors.js';
import { inTeachingOrder, requestMeaning, tokenRequestMeaning } from './parameters.js';
import { durationInWords, instantInWords } from './times.js';
import { decodeToken, membersOfJson } from './tokens.js';

const NOW = Date.UTC(2026, 0, 2, 12, 0, 0);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('Ours: times in words', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [300, '5 minutes'],
    [3_600, '1 hour'],
    [86_400 * 14, '14 days'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });

  it.each([
    [300, '2026-01-02 12:05:00 UTC, in 5 minutes'],
    [-7_200, '2026-01-02 10:00:00 UTC, 2 hours ago'],
    [0, '2026-01-02 12:00:00 UTC, now'],
  ])('an instant %i seconds from now', (away, words) => {
    expect(instantInWords(NOW / 1000 + away, NOW)).toBe(words);
  });

  it('a number that is no instant is said to be none', () => {
    expect(instantInWords(1e18, NOW)).toBe('not an instant');
  });

  it('only instants and lifetimes get words', () => {
    expect(valueInWords('exp', NOW / 1000, NOW).words).toBe('2026-01-02 12:00:00 UTC, now');
    expect(valueInWords('expires_in', 300, NOW).words).toBe('5 minutes');
    expect(valueInWords('count', 300, NOW)).toEqual({ text: '300', words: null });
    expect(valueInWords('amr', ['pwd', 'otp'], NOW)).toEqual({ text: 'pwd otp', words: null });
  });
});

describe('RFC 7515 §7.1 a compact token is taken apart', () => {
  it('into header and claims', () => {
    expect(decodeToken(`${part({ alg: 'RS256' })}.${part({ sub: 'a' })}.c2ln`)).toEqual({ header: { alg: 'RS256' }, claims: { sub: 'a' } });
  });

  it.each([['opaque'], ['a.b'], ['a.b.c'], [`${part([])}.${part({})}.x`], ['']])('%j is opaque', (token) => {
    expect(decodeToken(token)).toBeNull();
  });

  it.each([['[1]'], ['null'], ['{'], ['"text"']])('%s has no members', (text) => {
    expect(membersOfJson(text)).toBeNull();
  });
});

describe('Ours: explanations', () => {
  it('OIDC Core §5.1 every standard claim has one', () => {
    const standard = ['sub', 'name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture', 'website', 'email', 'email_verified', 'gender', 'birthdate', 'zoneinfo', 'locale', 'phone_number', 'phone_number_verified', 'address', 'updated_at'];
    expect(standard.filter((name) => claimMeaning(name) === '')).toEqual([]);
  });

  it('an error code nobody foresaw still says where to look', () => {
    expect(errorExplanation('out_of_ideas')).toContain('last response below');
  });

  it('parameters stand in teaching order, unknown ones last', () => {
    const sent = [['unheard_of', ''], ['state', ''], ['client_id', ''], ['response_type', '']] as const;
    expect(inTeachingOrder(sent).map(([name]) => name)).toEqual(['response_type', 'client_id', 'state', 'unheard_of']);
  });
});

describe('Ours: a parameter is explained for the request it stands in', () => {
  it('RFC 6749 §4.1.3 the redirect URI of a token request leads nowhere, it is compared', () => {
    expect(requestMeaning('redirect_uri')?.reference).toBe('RFC 6749 §3.1.2');
    expect(tokenRequestMeaning('redirect_uri')?.reference).toBe('RFC 6749 §4.1.3');
    expect(tokenRequestMeaning('code')).toEqual(requestMeaning('code'));
  });
});
