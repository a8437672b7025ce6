import { OAuthError, type ReasonId } from '@tessera/vocabulary';
import { carries, type ClientMetadata, grantTypesOf, isFrontChannel, parseResponseType, ResponseType } from '../client/index.js';
import { webClient } from '../client/testing.js';
import { CHALLENGE, validating } from './testing.js';

const MODES = ['query', 'fragment', 'form_post'];
const every = (registration = {}, overrides = {}) =>
  webClient({ responseTypes: ResponseType.options, responseModes: MODES, ...registration }, { grantTypes: ['authorization_code', 'implicit', 'refresh_token'], ...overrides });
const NONCE = { nonce: 'n-0S6_WzA2Mj' };

describe('RFC 6749 §3.1.1, OAuth Multiple Response Types §5 response types', () => {
  it.each([
    ['code', 'code'],
    ['token id_token', 'id_token token'],
    ['id_token token', 'id_token token'],
    ['id_token code', 'code id_token'],
    ['token id_token code', 'code id_token token'],
  ])('%s is %s: the order says nothing', (value, responseType) => {
    expect(parseResponseType(value)).toBe(responseType);
  });

  it.each([['token'], ['none'], ['code code'], ['code  id_token'], ['Code'], [' code'], ['code,id_token'], ['']])('"%s" is none', (value) => {
    expect(parseResponseType(value)).toBeNull();
  });

  it.each([
    ['code', ['authorization_code']],
    ['id_token', ['implicit']],
    ['id_token token', ['implicit']],
    ['code id_token', ['authorization_code', 'implicit']],
    ['code token', ['authorization_code', 'implicit']],
    ['code id_token token', ['authorization_code', 'implicit']],
  ] as const)('OIDC Registration §2 %s goes with %j', (responseType, grantTypes) => {
    expect(grantTypesOf(responseType)).toEqual(grantTypes);
    expect(isFrontChannel(responseType)).toBe(responseType !== 'code');
  });
});

describe('OIDC Core §3.2.2.1, §3.3.2.1 requests for tokens in the response', () => {
  it.each(ResponseType.options.filter(isFrontChannel))('%s is answered in the fragment, or as a form where that was asked (Multiple Response Types §5)', async (responseType) => {
    const request = { response_type: responseType, ...NONCE };
    await expect(validating(request, every())).resolves.toMatchObject({ responseType, responseMode: 'fragment', nonce: NONCE.nonce });
    await expect(validating({ ...request, response_mode: 'form_post' }, every())).resolves.toMatchObject({ responseMode: 'form_post' });
    await expect(validating(request, every({ responseModes: ['query', 'form_post'] }))).resolves.toMatchObject({ responseMode: 'form_post' });
  });

  it.each([['code'], ['code token']])('%s needs no nonce (OIDC Core §3.1.2.1)', async (responseType) => {
    await expect(validating({ response_type: responseType }, every())).resolves.toMatchObject({ responseType, nonce: null });
  });

  it.each([['id_token'], ['id_token token']])('%s needs no proof key, and keeps none: there is no code (RFC 7636 §4.3)', async (responseType) => {
    await expect(validating({ response_type: responseType, code_challenge: '', code_challenge_method: '', ...NONCE }, every())).resolves.toMatchObject({ codeChallenge: null });
    await expect(validating({ response_type: responseType, ...NONCE }, every())).resolves.toMatchObject({ codeChallenge: null });
  });

  it.each([['code id_token'], ['code token'], ['code id_token token']])('COD-5 %s needs a proof key like a code alone', async (responseType) => {
    await expect(validating({ response_type: responseType, ...NONCE }, every())).resolves.toMatchObject({ codeChallenge: CHALLENGE });
    await expect(validating({ response_type: responseType, code_challenge: '', code_challenge_method: '', ...NONCE }, every())).rejects.toMatchObject({
      refusal: new OAuthError('authorization_request.code_challenge_missing'),
      responseMode: 'fragment',
    });
  });

  it('OIDC Core §11 MUST ignore offline_access without a code, and takes it with one', async () => {
    const scope = 'openid offline_access';
    await expect(validating({ response_type: 'id_token token', scope, ...NONCE }, every())).resolves.toMatchObject({ scope: ['openid'] });
    await expect(validating({ response_type: 'code id_token', scope, ...NONCE }, every())).resolves.toMatchObject({ scope: ['openid', 'offline_access'] });
  });

  it('a code alone may be asked for in the fragment (Multiple Response Types §2.1)', async () => {
    await expect(validating({ response_mode: 'fragment' }, every())).resolves.toMatchObject({ responseType: 'code', responseMode: 'fragment' });
  });
});

describe('AUT-3, OIDC Core §3.2.2.6, §3.3.2.6 refusals of such requests', () => {
  const REFUSED: [string, Record<string, string>, ReasonId, string, ClientMetadata?][] = [
    ['id_token without a nonce (§3.2.2.1)', { response_type: 'id_token' }, 'authorization_request.nonce_missing', 'fragment'],
    ['code id_token without a nonce (§3.3.2.11)', { response_type: 'code id_token' }, 'authorization_request.nonce_missing', 'fragment'],
    ['code id_token token without a nonce', { response_type: 'code id_token token' }, 'authorization_request.nonce_missing', 'fragment'],
    ['id_token without openid', { response_type: 'id_token', scope: 'orders.read', resource: 'https://api.example.com/orders', ...NONCE }, 'authorization_request.openid_missing', 'fragment'],
    ['response_mode query (Multiple Response Types §5)', { response_type: 'code id_token', response_mode: 'query', ...NONCE }, 'authorization_request.response_mode_query', 'fragment'],
    ['response_mode query for code token', { response_type: 'code token', response_mode: 'query' }, 'authorization_request.response_mode_query', 'fragment'],
    ['a client that registered no mode for tokens', { response_type: 'id_token', ...NONCE }, 'authorization_request.response_mode_query', 'query', every({ responseModes: ['query'] })],
    ['response_type token, which says not who it is for (RFC 9700 §2.1.2)', { response_type: 'token' }, 'authorization_request.response_type', 'fragment'],
    ['a type the client did not register', { response_type: 'code token' }, 'authorization_request.response_type', 'fragment', every({ responseTypes: ['code', 'id_token'] })],
    ['code of a client that registered id_token alone', {}, 'authorization_request.response_type', 'query', every({ responseTypes: ['id_token'] })],
    ['no implicit among the grant types', { response_type: 'id_token', ...NONCE }, 'authorization_request.grant_type_not_allowed', 'fragment', every({}, { grantTypes: ['authorization_code'] })],
    ['no authorization_code among the grant types', { response_type: 'code id_token', ...NONCE }, 'authorization_request.grant_type_not_allowed', 'fragment', every({}, { grantTypes: ['implicit'] })],
  ];
  it.each(REFUSED.map(([title, overrides, reason, mode, client = every()]) => [title, overrides, reason, mode, client] as const))(
    'MUST be refused, in the fragment where tokens were asked for: %s',
    async (_case, overrides, reason, responseMode, client) => {
      await expect(validating(overrides, client)).rejects.toMatchObject({ refusal: new OAuthError(reason), responseMode });
    },
  );

  it('have the codes their sections name', () => {
    const codes = (['authorization_request.nonce_missing', 'authorization_request.response_mode_query', 'authorization_request.response_type'] as const).map((one) => new OAuthError(one).code);
    expect(codes).toEqual(['invalid_request', 'invalid_request', 'unsupported_response_type']);
  });

  it('carries tells the parts', () => {
    expect(ResponseType.options.filter((one) => carries(one, 'token'))).toEqual(['id_token token', 'code token', 'code id_token token']);
  });
});
