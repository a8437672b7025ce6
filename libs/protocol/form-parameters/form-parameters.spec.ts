import { FORM_PARAMETERS_MAX, OAuthError, PARAMETER_BYTES_MAX } from '@tessera/vocabulary';
import { parseFormParameters, requireParameter } from './index.js';

const values = (...pairs: [string, string][]) => Object.fromEntries(parseFormParameters(pairs).values);

describe('RFC 6749 §3.2 request parameters', () => {
  it('are read by name, order and unknown names do not matter', () => {
    expect(values(['scope', 'a b'], ['grant_type', 'client_credentials'], ['made_up', '1'])).toEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      made_up: '1',
    });
  });

  it('MUST be treated as omitted when they are sent without a value', () => {
    expect(values(['grant_type', 'client_credentials'], ['scope', ''])).toEqual({ grant_type: 'client_credentials' });
  });

  it('have names that are case sensitive', () => {
    expect(values(['scope', 'a'], ['Scope', 'b'])).toEqual({ scope: 'a', Scope: 'b' });
  });

  it('may be called like members of Object.prototype', () => {
    expect(parseFormParameters([['__proto__', 'x'], ['constructor', 'y']]).values.get('__proto__')).toBe('x');
    expect(parseFormParameters([]).values.get('constructor')).toBeUndefined();
  });

  it.each([
    ['the same value twice', [['scope', 'a'], ['scope', 'a']]],
    ['two values', [['scope', 'a'], ['scope', 'b']]],
    ['a value after none', [['scope', ''], ['scope', 'a']]],
    ['none after a value', [['scope', 'a'], ['scope', '']]],
    ['nothing twice', [['scope', ''], ['scope', '']]],
    ['a credential', [['client_secret', 'a'], ['grant_type', 'x'], ['client_secret', 'b']]],
    ['a name nobody knows', [['made_up', 'a'], ['made_up', 'b']]],
  ] as [string, [string, string][]][])('MUST NOT be included more than once: %s', (_case, pairs) => {
    expect(() => parseFormParameters(pairs)).toThrow(new OAuthError('request.repeated_parameter'));
  });
});

describe('RFC 8707 §2 the resource parameter', () => {
  it('may be repeated, and keeps its order', () => {
    expect(parseFormParameters([['resource', 'https://b'], ['scope', 'x'], ['resource', 'https://a']]).resources).toEqual([
      'https://b',
      'https://a',
    ]);
  });

  it('is omitted when it has no value', () => {
    expect(parseFormParameters([['resource', '']]).resources).toEqual([]);
  });
});

describe('EDG-3, EDG-7 bounds of a parameter', () => {
  it('accepts the longest value', () => {
    expect(values(['a', 'x'.repeat(PARAMETER_BYTES_MAX)])['a']).toHaveLength(PARAMETER_BYTES_MAX);
  });

  it('accepts any text that UTF-8 can hold', () => {
    expect(values(['a', 'grüße 👋 \u0001'])).toEqual({ a: 'grüße 👋 \u0001' });
  });

  it.each([
    ['one byte too many', [['a', 'x'.repeat(PARAMETER_BYTES_MAX + 1)]], 'request.parameter_too_long'],
    ['too many bytes in fewer characters', [['a', 'ü'.repeat(PARAMETER_BYTES_MAX / 2 + 1)]], 'request.parameter_too_long'],
    ['too long a name', [['x'.repeat(PARAMETER_BYTES_MAX + 1), '']], 'request.parameter_too_long'],
    ['too long a resource', [['resource', 'x'.repeat(PARAMETER_BYTES_MAX + 1)]], 'request.parameter_too_long'],
    ['NUL in a value', [['a', 'x\0y']], 'request.malformed_parameter'],
    ['NUL in a name', [['a\0', 'x']], 'request.malformed_parameter'],
    ['NUL in a resource', [['resource', 'https://x\0']], 'request.malformed_parameter'],
    ['half a surrogate pair', [['a', 'x\ud800y']], 'request.malformed_parameter'],
    ['too many parameters', Array.from({ length: FORM_PARAMETERS_MAX + 1 }, (_, i) => [`p${i}`, '']), 'request.too_many_parameters'],
  ] as [string, [string, string][], 'request.parameter_too_long'][])('MUST refuse %s', (_case, pairs, reason) => {
    expect(() => parseFormParameters(pairs)).toThrow(new OAuthError(reason));
  });

  it('Ours: the log names the parameter, never its value', () => {
    expect.assertions(1);
    try {
      parseFormParameters([['client_secret', 'hunter2'], ['client_secret', 'hunter2']]);
    } catch (error) {
      expect((error as OAuthError).detail).toEqual({ parameter: 'client_secret' });
    }
  });
});

describe('RFC 6749 §5.2 a required parameter', () => {
  it('is returned', () => {
    expect(requireParameter(parseFormParameters([['token', 'x']]), 'token')).toBe('x');
  });

  it.each([['missing', []], ['empty', [['token', '']]]] as [string, [string, string][]][])('MUST be refused when it is %s', (_case, pairs) => {
    expect(() => requireParameter(parseFormParameters(pairs), 'token')).toThrow(new OAuthError('request.missing_parameter'));
  });
});
