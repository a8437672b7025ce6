import { keySetFreshSeconds } from './index.js';

const stated = (overrides: Partial<Parameters<typeof keySetFreshSeconds>[0]>) => ({
  cacheControl: null,
  expiresInSeconds: null,
  ageSeconds: 0,
  ...overrides,
});

describe('RFC 9111 §4.2.1 freshness of a fetched key set, within five minutes and an hour (OUT-5)', () => {
  it.each([
    ['nothing said', {}, 3_600],
    ['max-age', { cacheControl: 'public, max-age=600' }, 600],
    ['max-age in quotes and capitals', { cacheControl: 'Max-Age="600"' }, 600],
    ['max-age less what a cache on the way used up', { cacheControl: 'max-age=1000', ageSeconds: 400 }, 600],
    ['max-age before Expires', { cacheControl: 'max-age=600', expiresInSeconds: 900 }, 600],
    ['a directive that only ends alike', { cacheControl: 's-maxage=600' }, 3_600],
    ['a max-age below five minutes', { cacheControl: 'max-age=1' }, 300],
    ['a max-age above the hour', { cacheControl: 'max-age=31536000' }, 3_600],
    ['no-store', { cacheControl: 'no-store, max-age=3000' }, 300],
    ['no-cache', { cacheControl: 'no-cache' }, 300],
    ['a malformed max-age', { cacheControl: 'max-age=soon' }, 300],
    ['a negative max-age', { cacheControl: 'max-age=-1' }, 300],
    ['an age above the max-age', { cacheControl: 'max-age=600', ageSeconds: 99_999 }, 300],
    ['Expires', { expiresInSeconds: 1_200 }, 1_200],
    ['Expires in the past', { expiresInSeconds: -600 }, 300],
    ['an Expires that cannot be read', { expiresInSeconds: 0 }, 300],
  ])('%s', (_case, headers, seconds) => {
    expect(keySetFreshSeconds(stated(headers))).toBe(seconds);
  });
});
