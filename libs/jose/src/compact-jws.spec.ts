import { decodeJws } from './index.js';
import { macedJws } from './testing.js';

const encode = (value: string | Uint8Array) => Buffer.from(value).toString('base64url');

describe('EDG-5 a JWT is read in compact form only, at most 16 KiB', () => {
  it('gives header and claims, unverified', () => {
    expect(decodeJws(macedJws({ alg: 'ES256', kid: 'k' }, { iss: 'ü' }, 'x'))).toEqual({ header: { alg: 'ES256', kid: 'k' }, claims: { iss: 'ü' } });
  });

  it.each([
    ['the empty string', ''],
    ['two segments', `${encode('{}')}.${encode('{}')}`],
    ['four segments', `${encode('{}')}.${encode('{}')}.AA.AA`],
    ['the JSON serialisation', '{"payload":"e30","signatures":[]}'],
    ['padding', `${encode('{}')}=.${encode('{}')}.AA`],
    ['white space', `${encode('{}')}.${encode('{}')}.AA\n`],
    ['a header that is not JSON', `${encode('{')}.${encode('{}')}.AA`],
    ['a header that is an array', `${encode('[]')}.${encode('{}')}.AA`],
    ['a header that is null', `${encode('null')}.${encode('{}')}.AA`],
    ['claims that are a string', `${encode('{}')}.${encode('"a"')}.AA`],
    ['claims that are not UTF-8', `${encode('{}')}.${encode(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))}.AA`],
    ['a zip header', `${encode('{"zip":"DEF"}')}.${encode('{}')}.AA`],
    ['more than 16 KiB', macedJws({ alg: 'HS256' }, { a: 'a'.repeat(16_384) }, 'x')],
  ])('refuses %s', (_case, compact) => {
    expect(decodeJws(compact)).toBeNull();
  });
});
