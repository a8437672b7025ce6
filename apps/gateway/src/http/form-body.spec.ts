import { FORM_PARAMETERS_MAX, PARAMETER_BYTES_MAX } from '@tessera/vocabulary';
import { assertFormType, parseFormBody, parseQuery } from './form-body.js';

const parse = (body: string | Buffer) => parseFormBody(Buffer.from(body));
const refusal = (reason: string) => expect.objectContaining({ name: 'OAuthError', reason });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=v`).join('&');

describe('RFC 6749 Appendix B application/x-www-form-urlencoded', () => {
  it.each([
    ['plain pairs', 'a=1&b=2', [['a', '1'], ['b', '2']]],
    ['the vector of Appendix B', 'v=+%25%26%2B%C2%A3%E2%82%AC', [['v', ' %&+£€']]],
    ['escapes in names', 'a%5Fb=c', [['a_b', 'c']]],
    ['an equals sign in a value', 'a=b=c', [['a', 'b=c']]],
    ['a name without a value', 'a&b=', [['a', ''], ['b', '']]],
    ['separators without anything between', '&a=1&&b=2&', [['a', '1'], ['b', '2']]],
    ['UTF-8 that is not escaped', 'a=£', [['a', '£']]],
    ['brackets as ordinary characters', 'a[b][0]=1', [['a[b][0]', '1']]],
    ['names of object members', '__proto__=1&constructor=2', [['__proto__', '1'], ['constructor', '2']]],
    ['nothing', '', []],
  ])('reads %s', (_case, body, expected) => {
    expect(parse(body)).toEqual(expected);
  });
});

describe('EDG-7 NUL and invalid UTF-8 are refused', () => {
  it.each([
    ['an escaped NUL', 'a=b%00c'],
    ['a raw NUL', 'a=b\0c'],
    ['a NUL in a name', 'a%00=b'],
    ['a lone continuation byte', 'a=%80'],
    ['an overlong slash', 'a=%C0%AF'],
    ['a surrogate', 'a=%ED%A0%80'],
    ['above U+10FFFF', 'a=%F4%90%80%80'],
    ['an escape that is cut off', 'a=%4'],
    ['an escape that is none', 'a=%zz'],
    ['a raw byte that is no UTF-8', Buffer.from([0x61, 0x3d, 0xff])],
  ])('MUST refuse %s', (_case, body) => {
    expect(() => parse(body)).toThrow(refusal('request.malformed_form'));
  });
});

describe('GEN-1, RFC 6749 §3.2 request parameters MUST NOT be included more than once', () => {
  it.each([
    ['side by side', 'scope=a&scope=b'],
    ['apart', 'scope=a&x=1&scope=a'],
    ['with one spelling escaped', 'scope=a&sc%6Fpe=b'],
    ['with an empty value', 'client_secret=&client_secret=x'],
  ])('MUST refuse a parameter repeated %s', (_case, body) => {
    expect(() => parse(body)).toThrow(refusal('request.repeated_parameter'));
  });

  it('RFC 8707 §2 several resources may be named', () => {
    expect(parse('resource=https://a&resource=https://b')).toEqual([['resource', 'https://a'], ['resource', 'https://b']]);
  });

  it('Ours: tells names apart by case, as RFC 6749 §3.3 does scopes', () => {
    expect(parse('scope=a&Scope=b')).toHaveLength(2);
  });
});

describe('EDG-3 limits of a form', () => {
  it('takes 100 parameters and refuses the 101st', () => {
    expect(parse(numbered(FORM_PARAMETERS_MAX))).toHaveLength(FORM_PARAMETERS_MAX);
    expect(() => parse(numbered(FORM_PARAMETERS_MAX + 1))).toThrow(refusal('request.too_many_parameters'));
  });

  it.each([
    ['of ASCII', 'x', 1],
    ['of characters of three bytes', '%E2%82%AC', 3],
  ])('takes a parameter of 16 KiB and refuses a longer one %s', (_case, character, bytes) => {
    const fitting = Math.floor((PARAMETER_BYTES_MAX - 1) / bytes);
    expect(parse(`a=${character.repeat(fitting)}`)).toHaveLength(1);
    expect(() => parse(`a=${character.repeat(fitting + 1)}`)).toThrow(refusal('request.parameter_too_long'));
  });
});

describe('EDG-4 content types are exact', () => {
  it.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded;charset=UTF-8',
    'application/x-www-form-urlencoded; charset=utf-8',
    'Application/X-WWW-Form-Urlencoded; charset="utf-8"',
  ])('takes %s', (type) => {
    expect(() => assertFormType(type, undefined)).not.toThrow();
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['application/json', undefined],
    ['text/plain', undefined],
    ['multipart/form-data; boundary=x', undefined],
    ['application/x-www-form-urlencoded, application/json', undefined],
    ['application/x-www-form-urlencoded; charset=iso-8859-1', undefined],
    ['application/x-www-form-urlencoded; boundary=x', undefined],
    ['application/x-www-form-urlencodedx', undefined],
    ['application/x-www-form-urlencoded', 'gzip'],
    ['application/x-www-form-urlencoded', 'identity'],
  ])('MUST refuse Content-Type %s with Content-Encoding %s', (type, encoding) => {
    expect(() => assertFormType(type, encoding)).toThrow(refusal('request.content_type'));
  });
});

describe('RFC 6749 §3.1 the query of a request is read by the same rules as a form', () => {
  it.each([
    ['nothing', '', []],
    ['escapes and blanks', 'scope=openid+email&state=%E2%82%AC', [['scope', 'openid email'], ['state', '€']]],
    ['octets that are not escaped, as Node hands them over', Buffer.from('state=€').toString('latin1'), [['state', '€']]],
    ['a question mark and a slash', 'a=/b?c', [['a', '/b?c']]],
  ])('reads %s', (_case, query, expected) => {
    expect(parseQuery(query)).toEqual(expected);
  });

  it.each(['a=%00', 'a=%ff', 'a=\xff', 'a=%4', 'a=%ED%A0%80'])('EDG-7 MUST refuse %j', (query) => {
    expect(() => parseQuery(query)).toThrow(refusal('request.malformed_query'));
  });

  it('GEN-1 MUST refuse a repeated parameter', () => {
    expect(() => parseQuery('state=a&state=a')).toThrow(refusal('request.repeated_parameter'));
  });
});
