import { OAuthError, type ReasonId } from '@tessera/vocabulary';
import { form } from '../form-parameters/testing.js';
import { JWT_BEARER_ASSERTION_TYPE, presentedCredentials } from './presented-credentials.js';
import { basic } from './testing.js';

const b64 = (text: string) => Buffer.from(text).toString('base64');
const ASSERTION = { client_assertion_type: JWT_BEARER_ASSERTION_TYPE, client_assertion: 'a.b.c' };

describe('RFC 6749 §2.3.1 HTTP Basic credentials of a client', () => {
  it("reads the RFC's own example", () => {
    expect(presentedCredentials(['Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'], form())).toEqual({
      kind: 'secret',
      method: 'client_secret_basic',
      clientId: 's6BhdRkqt3',
      secret: 'gX1fBat3bV',
    });
  });

  it.each([
    ['a colon, a percent sign and letters outside ASCII', basic('a:b', 'p%w:ä€'), 'a:b', 'p%w:ä€'],
    ['a plus sign, which is a space', `Basic ${b64('a+b:c+d')}`, 'a b', 'c d'],
    ['an encoded plus sign', `Basic ${b64('a:c%2Bd')}`, 'a', 'c+d'],
    ['an empty secret', `Basic ${b64('a:')}`, 'a', ''],
    ['a colon left in the secret', `Basic ${b64('a:b:c')}`, 'a', 'b:c'],
  ])('decodes %s (Appendix B)', (_case, header, clientId, secret) => {
    expect(presentedCredentials([header], form())).toMatchObject({ clientId, secret });
  });

  it.each(['basic', 'BASIC', 'Basic '])('has a case-insensitive scheme (RFC 9110 §11.1): %j', (scheme) => {
    expect(presentedCredentials([`${scheme} ${b64('a:b')}`], form())).toMatchObject({ clientId: 'a' });
  });

  it.each([
    ['no credentials', 'Basic'],
    ['empty credentials', 'Basic '],
    ['no base64', 'Basic a:b'],
    ['base64url', `Basic ${Buffer.from('a:\u00fb\u00ff').toString('base64url')}`],
    ['missing padding', 'Basic YTpi YQ'],
    ['base64 with bits left over', 'Basic YTpiYX=='],
    ['text after it', `Basic ${b64('a:b')} x`],
    ['a second parameter', `Basic ${b64('a:b')}, realm=x`],
    ['no colon', `Basic ${b64('abc')}`],
    ['no client id', `Basic ${b64(':abc')}`],
    ['a broken escape', `Basic ${b64('a:%zz')}`],
    ['an escape of bytes that are not UTF-8', `Basic ${b64('a:%ff')}`],
    ['raw bytes', `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`],
    ['a raw line break', `Basic ${b64('a:b\n')}`],
  ])('MUST refuse %s', (_case, header) => {
    expect(() => presentedCredentials([header], form())).toThrow(new OAuthError('client_authentication.malformed_basic'));
  });

  it.each(['Bearer abc', 'DPoP abc', 'Negotiate', '', 'Basics YTpi', 'BasicYTpi'])('MUST refuse another scheme: %j', (header) => {
    expect(() => presentedCredentials([header], form())).toThrow(new OAuthError('client_authentication.unsupported_scheme'));
  });
});

describe('RFC 6749 §2.3 a client uses one method per request', () => {
  it.each([
    ['client_secret_post', { client_id: 'a', client_secret: 'b' }, { kind: 'secret', method: 'client_secret_post', clientId: 'a', secret: 'b' }],
    ['an assertion', ASSERTION, { kind: 'assertion', clientId: null, assertion: 'a.b.c' }],
    ['an assertion with client_id', { ...ASSERTION, client_id: 'a' }, { kind: 'assertion', clientId: 'a', assertion: 'a.b.c' }],
    ['none', { client_id: 'a' }, { kind: 'none', clientId: 'a' }],
    ['an empty client_secret, which is omitted', { client_id: 'a', client_secret: '' }, { kind: 'none', clientId: 'a' }],
  ])('reads %s', (_case, fields, presented) => {
    expect(presentedCredentials([], form(fields))).toEqual(presented);
  });

  it('lets a client repeat its id beside the header (§3.2.1)', () => {
    expect(presentedCredentials([basic('a', 'b')], form({ client_id: 'a' }))).toMatchObject({ clientId: 'a' });
  });

  const REFUSED: [string, string[], Record<string, string>, ReasonId][] = [
    ['a header and client_secret', [basic('a', 'b')], { client_secret: 'b' }, 'client_authentication.two_methods'],
    ['a header and client_id and client_secret', [basic('a', 'b')], { client_id: 'a', client_secret: 'b' }, 'client_authentication.two_methods'],
    ['a header and an assertion', [basic('a', 'b')], ASSERTION, 'client_authentication.two_methods'],
    ['client_secret and an assertion', [], { client_id: 'a', client_secret: 'b', ...ASSERTION }, 'client_authentication.two_methods'],
    ['a header and an assertion type', [basic('a', 'b')], { client_assertion_type: 'x' }, 'client_authentication.two_methods'],
    ['a header of another scheme and client_secret', ['Bearer x'], { client_id: 'a', client_secret: 'b' }, 'client_authentication.two_methods'],
    ['two Authorization headers', [basic('a', 'b'), basic('a', 'b')], {}, 'client_authentication.repeated_header'],
    ['a header of one client and the id of another', [basic('a', 'b')], { client_id: 'c' }, 'client_authentication.client_id_mismatch'],
    ['nothing at all', [], {}, 'client_authentication.missing'],
    ['a secret without client_id', [], { client_secret: 'b' }, 'client_authentication.missing'],
    ['an assertion without its type', [], { client_assertion: 'a.b.c' }, 'client_authentication.unsupported_assertion_type'],
    ['a type without an assertion', [], { client_assertion_type: JWT_BEARER_ASSERTION_TYPE }, 'client_authentication.unsupported_assertion_type'],
    [
      'a SAML assertion (RFC 7522)',
      [],
      { ...ASSERTION, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
      'client_authentication.unsupported_assertion_type',
    ],
  ];
  it.each(REFUSED)('MUST refuse %s', (_case, headers, fields, reason) => {
    expect(() => presentedCredentials(headers, form(fields))).toThrow(new OAuthError(reason));
  });
});
