import { keySetFreshSeconds } from './index.js';

const DATE = 'Tue, 15 Nov 1994 08:12:31 GMT';

describe('RFC 9111 §4.2.1 freshness of a fetched key set, within five minutes and an hour (security.md OUT-5)', () => {
  it.each([
    ['nothing said', {}, 3_600],
    ['max-age', { 'cache-control': 'public, max-age=600' }, 600],
    ['max-age in quotes and capitals', { 'cache-control': 'Max-Age="600"' }, 600],
    ['max-age less what a cache on the way used up', { 'cache-control': 'max-age=1000', age: '400' }, 600],
    ['max-age before Expires', { 'cache-control': 'max-age=600', expires: DATE, date: DATE }, 600],
    ['a directive that only ends alike', { 'cache-control': 's-maxage=600' }, 3_600],
    ['a max-age below five minutes', { 'cache-control': 'max-age=1' }, 300],
    ['a max-age above the hour', { 'cache-control': 'max-age=31536000' }, 3_600],
    ['no-store', { 'cache-control': 'no-store, max-age=3000' }, 300],
    ['no-cache', { 'cache-control': 'no-cache' }, 300],
    ['a malformed max-age', { 'cache-control': 'max-age=soon' }, 300],
    ['a negative max-age', { 'cache-control': 'max-age=-1' }, 300],
    ['an age above the max-age', { 'cache-control': 'max-age=600', age: '99999' }, 300],
    ['Expires', { date: DATE, expires: 'Tue, 15 Nov 1994 08:32:31 GMT' }, 1_200],
    ['Expires in the past', { date: DATE, expires: 'Tue, 15 Nov 1994 08:02:31 GMT' }, 300],
    ['an invalid Expires', { date: DATE, expires: '0' }, 300],
    ['Expires without a Date', { expires: DATE }, 300],
  ])('%s', (_case, headers, seconds) => {
    expect(keySetFreshSeconds(headers)).toBe(seconds);
  });
});
