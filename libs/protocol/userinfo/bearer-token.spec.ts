import { OAuthError } from '@tessera/vocabulary';
import { edgeRequest } from '../token-request/testing.js';
import { presentedBearerToken } from './index.js';

const TOKEN = 'mF_9.B5f-4.1JqM';
const at = (method: 'GET' | 'POST', fields: Record<string, string | string[]>, ...authorization: string[]) =>
  presentedBearerToken(edgeRequest(fields, { method, authorization, url: 'https://as.example.com/userinfo' }));

describe('RFC 6750 §2 sending an access token', () => {
  it.each([
    ['in the header of a GET', 'GET', {}, `Bearer ${TOKEN}`],
    ['in the header of a POST', 'POST', {}, `Bearer ${TOKEN}`],
    ['in the header, the scheme in small letters (RFC 9110 §11.1)', 'GET', {}, `bearer ${TOKEN}`],
    ['in the header, the scheme in capitals', 'GET', {}, `BEARER ${TOKEN}`],
    ['in a form (§2.2)', 'POST', { access_token: TOKEN }, null],
    ['in a form, beside credentials of another scheme', 'POST', { access_token: TOKEN }, 'Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'],
  ] as const)('takes it %s', (_case, method, fields, authorization) => {
    expect(at(method, fields, ...(authorization === null ? [] : [authorization]))).toBe(TOKEN);
  });

  it.each([
    ['nothing', 'GET', {}, null],
    ['nothing in a form', 'POST', { other: 'x' }, null],
    ['an empty form parameter', 'POST', { access_token: '' }, null],
    ['another scheme', 'GET', {}, 'Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'],
    ['a scheme that begins alike', 'GET', {}, `BearerToken ${TOKEN}`],
  ] as const)('finds none in %s', (_case, method, fields, authorization) => {
    expect(at(method, fields, ...(authorization === null ? [] : [authorization]))).toBeNull();
  });

  it.each([
    ['a token in the URL (§2.3, TOK-6)', () => at('GET', { access_token: TOKEN }), 'userinfo.token_in_query'],
    ['a token in the URL beside one in the header', () => at('GET', { access_token: TOKEN }, `Bearer ${TOKEN}`), 'userinfo.token_in_query'],
    ['two ways at once', () => at('POST', { access_token: TOKEN }, `Bearer ${TOKEN}`), 'userinfo.several_tokens'],
    ['two headers', () => at('GET', {}, `Bearer ${TOKEN}`, `Bearer ${TOKEN}`), 'userinfo.several_tokens'],
    ['a parameter twice (GEN-1)', () => at('POST', { access_token: [TOKEN, TOKEN] }), 'request.repeated_parameter'],
    ['a scheme without a token', () => at('GET', {}, 'Bearer'), 'userinfo.malformed_authorization'],
    ['a scheme with nothing but a space', () => at('GET', {}, 'Bearer '), 'userinfo.malformed_authorization'],
    ['characters no token has (§2.1)', () => at('GET', {}, `Bearer ${TOKEN},x="y"`), 'userinfo.malformed_authorization'],
    ['two tokens in one header', () => at('GET', {}, `Bearer ${TOKEN} ${TOKEN}`), 'userinfo.malformed_authorization'],
  ] as const)('MUST refuse %s with invalid_request', (_case, present, reason) => {
    expect(present).toThrow(new OAuthError(reason));
  });
});
