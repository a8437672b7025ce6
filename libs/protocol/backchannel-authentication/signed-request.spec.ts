import { assertionKey, NOW, signed } from '../client-authentication/testing.js';
import { BackchannelEndpoint, callCentre, CLIENT_KEY, ISSUER, requestObject, signingClient, VALID } from './testing.js';

const ASSERTION = { client_assertion: 'x', client_assertion_type: 'y' };
const BAD = 'backchannel_authentication.signed_request invalid_request 400';
const refused = (fields: Record<string, string | string[]>, client = signingClient()) => new BackchannelEndpoint(client).refusal(fields);
const accepted = async (fields: Record<string, string | string[]>, client = signingClient()) => {
  const endpoint = new BackchannelEndpoint(client);
  await endpoint.answer(fields);
  return endpoint.stored[0]?.request.request;
};

describe('CIBA Core §7.1.1 a signed request', () => {
  it('has the parameters, and its jti is kept', async () => {
    const request = requestObject({ binding_message: '1234', acr_values: '1', resource: ['https://api.example.com/orders'], scope: 'openid orders.read' });
    expect(await accepted({ request, ...ASSERTION })).toMatchObject({ jti: 'jti-1', bindingMessage: '1234', acrValues: ['1'], authority: { scope: ['openid', 'orders.read'], resources: ['https://api.example.com/orders'] } });
  });

  it.each([
    ['a number', 10],
    ['a string', '10'],
  ])('may have requested_expiry as %s', async (_case, requested_expiry) => {
    expect(await accepted({ request: requestObject({ requested_expiry }) })).toMatchObject({ lifetimeSeconds: 10 });
  });

  it.each([
    ['the issuer in an array', { aud: [ISSUER] }, {}],
    ['typ of RFC 9101', {}, { typ: 'oauth-authz-req+jwt' }],
    ['nbf 8 s ahead', { nbf: NOW + 8 }, {}],
    ['no kid where there is one key', {}, { kid: undefined }],
    ['the whole hour', { exp: NOW + 3600 }, {}],
  ])('is accepted with %s', async (_case, claims, header) => {
    expect(await refused({ request: requestObject(claims, header) })).toBe('accepted');
  });

  it.each([
    ['no JWT', 'abc'],
    ['alg none', requestObject({}, { alg: 'none' })],
    ['another algorithm than the registered', requestObject({}, { alg: 'RS256' })],
    ['a damaged signature', `${requestObject().slice(0, -6)}AAAAAA`],
    ['a key of somebody else with the same kid', requestObject({}, {}, assertionKey('client-1'))],
    ['a kid the client does not have', requestObject({}, { kid: 'other' })],
    ['the type of an access token', requestObject({}, { typ: 'at+jwt' })],
    ['an extension nobody knows', requestObject({}, { crit: ['b64'] })],
    ['no iss', requestObject({ iss: undefined })],
    ['another iss', requestObject({ iss: 'other' })],
    ['another client_id', requestObject({ client_id: 'other' })],
    ['no aud', requestObject({ aud: undefined })],
    ['another aud', requestObject({ aud: 'https://other.example.com' })],
    ['us and another aud', requestObject({ aud: [ISSUER, 'https://other.example.com'] })],
    ['the endpoint as aud', requestObject({ aud: `${ISSUER}/bc-authorize` })],
    ['no exp', requestObject({ exp: undefined })],
    ['exp past', requestObject({ exp: NOW })],
    ['exp as text', requestObject({ exp: String(NOW + 60) })],
    ['more than an hour', requestObject({ exp: NOW + 4200 })],
    ['more than an hour from a nbf long past', requestObject({ nbf: NOW - 3500, exp: NOW + 200 })],
    ['no nbf', requestObject({ nbf: undefined })],
    ['nbf 62 s ahead', requestObject({ nbf: NOW + 62 })],
    ['no iat', requestObject({ iat: undefined })],
    ['iat 62 s ahead', requestObject({ iat: NOW + 62 })],
    ['no jti', requestObject({ jti: undefined })],
    ['an empty jti', requestObject({ jti: '' })],
    ['a jti that is too long', requestObject({ jti: 'x'.repeat(257) })],
    ['a request inside', requestObject({ request: 'x' })],
    ['a request_uri inside', requestObject({ request_uri: 'x' })],
    ['a user_code, which nobody sealed', requestObject({ user_code: '1234' })],
    ['a scope that is no text', requestObject({ scope: ['openid'] })],
  ])('with %s is invalid_request', async (_case, request) => {
    expect(await refused({ request })).toBe(BAD);
  });

  it.each([
    ['a parameter', { scope: 'openid' }],
    ['a hint', { login_hint: 'jane' }],
    ['a resource', { resource: 'https://api.example.com/orders' }],
    ['a request_uri', { request_uri: 'https://client.example.org/r' }],
  ])('with %s beside it is invalid_request', async (_case, beside) => {
    expect(await refused({ request: requestObject(), ...beside })).toBe(BAD);
  });

  it('Ours: takes the sealed user code from beside it', async () => {
    expect(await accepted({ request: requestObject(), user_code: 'sealed' })).toMatchObject({ sealedUserCode: 'sealed' });
  });

  it('with several hints is invalid_request', async () => {
    expect(await refused({ request: requestObject({ id_token_hint: 'x' }) })).toBe('backchannel_authentication.hints invalid_request 400');
  });

  it('MUST be signed where an algorithm is registered, and by every FAPI-CIBA client', async () => {
    expect(await refused(VALID)).toBe('backchannel_authentication.unsigned invalid_request 400');
    expect(await refused(VALID, callCentre({}, { profile: 'fapi-ciba' }))).toBe('backchannel_authentication.unsigned invalid_request 400');
  });

  it('is not taken of a client that registered none', async () => {
    expect(await refused({ request: requestObject() }, callCentre())).toBe(BAD);
  });

  it('an assertion for authentication is none', async () => {
    const request = signed(CLIENT_KEY, { iss: 's6BhdRkqt3', sub: 's6BhdRkqt3', aud: ISSUER, exp: NOW + 60, nbf: NOW, iat: NOW, jti: 'j' });
    expect(await refused({ request })).toBe('request.missing_parameter invalid_request 400');
  });

  it('OIDC Core §10.1.1 has the key set fetched again for a kid that may be new', async () => {
    const endpoint = new BackchannelEndpoint(signingClient({}, { jwksUri: 'https://client.example.org/jwks', keys: [] }));
    const before = endpoint.client;
    const refreshing = endpoint.refusal({ request: requestObject() });
    endpoint.client = { ...before, keys: [CLIENT_KEY.jwk] };
    expect(await refreshing).toBe('accepted');
    expect(endpoint.refreshed).toEqual(['s6BhdRkqt3']);
  });
});
