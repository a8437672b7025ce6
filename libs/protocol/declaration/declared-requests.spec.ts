import { EXAMPLE_KEYS } from '../client-key-set/testing.js';
import { readDeclaration } from './index.js';
import { actions, applying, declaredClient, declaredResource, planOf } from './testing.js';

const CALLBACK = 'https://client.example.org/cb';
const KEYS = { keys: [EXAMPLE_KEYS.p256] };
const web = (members: Record<string, unknown> = {}) =>
  declaredClient({ grantTypes: ['authorization_code'], redirectUris: [CALLBACK], scope: ['openid'], resources: [], ...members });
const hybrid = (members: Record<string, unknown> = {}) =>
  web({ grantTypes: ['authorization_code', 'implicit'], responseTypes: ['code', 'code id_token', 'id_token'], ...members });
const fapi = (members: Record<string, unknown> = {}) =>
  hybrid({ profile: 'fapi1-advanced', authenticationMethod: 'private_key_jwt', secret: undefined, jwks: KEYS, responseTypes: ['code id_token'], ...members });

function read(client: Record<string, unknown>) {
  const { clients, problems } = readDeclaration({ clients: [client], resources: [declaredResource()] });
  return { registration: clients[0]?.thing.record.registration, problems };
}

describe('OIDC Registration §2, AUT-3, AUT-9 response types of a declared client', () => {
  it('are the code alone unless others are declared, and the fragment comes with those', () => {
    expect(read(web()).registration).toMatchObject({ responseTypes: ['code'], responseModes: ['query', 'form_post'] });
    expect(read(hybrid()).registration).toMatchObject({ responseTypes: ['code', 'code id_token', 'id_token'], responseModes: ['query', 'fragment', 'form_post'] });
    expect(read(hybrid({ responseModes: ['form_post'] })).registration).toMatchObject({ responseModes: ['form_post'] });
  });

  it.each([
    ['implicit alone', web({ grantTypes: ['implicit'], responseTypes: ['id_token', 'id_token token'] })],
    ['a FAPI 1 client with code id_token (FAPI 1 Advanced §5.2.2)', fapi()],
    ['a native client on a loopback address', hybrid({ applicationType: 'native', redirectUris: ['http://127.0.0.1/cb'] })],
  ])('may be those of %s', (_case, client) => {
    expect(read(client).problems).toEqual([]);
  });

  it('the plan tells two codes from one type with a space', async () => {
    const { apply } = applying();
    await apply([hybrid()]);
    expect(actions(await apply([hybrid({ responseTypes: ['id_token', 'code', 'code id_token'] })]))).toContain('unchanged client s6BhdRkqt3');
    const changed = await apply([hybrid({ responseTypes: ['code', 'id_token'] })]);
    expect(planOf(changed)).toContainEqual(expect.objectContaining({ changes: [{ field: 'responseTypes', from: '"code id_token" code id_token', to: 'code id_token' }] }));
  });
});

describe('RFC 9101 §10.5, OIDC Registration §2 request objects of a declared client', () => {
  it.each([
    ['with keys by value beside a secret', web({ jwks: KEYS, requestObjectSigningAlgorithm: 'ES256' })],
    ['with keys behind a jwks_uri', web({ jwksUri: 'https://client.example.org/jwks', requestObjectSigningAlgorithm: 'RS256', requireSignedRequestObject: true })],
    ['with keys and any algorithm', web({ jwks: KEYS, requireSignedRequestObject: true })],
    ['FAPI 1, signed instead of pushed (§5.2.2)', fapi({ requireSignedRequestObject: true, requirePushedAuthorizationRequests: false })],
    ['with registered request URIs', web({ requestUris: ['https://client.example.org/request.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM'] })],
  ])('may be %s', (_case, client) => {
    expect(read(client).problems).toEqual([]);
  });
});

describe('Ours: the place of what is wrong with requests is told', () => {
  it.each([
    ['response_type token', web({ responseTypes: ['token'] }), 'responseTypes.0'],
    ['response types that are no list', web({ responseTypes: 'code' }), 'responseTypes'],
    ['a response type twice', hybrid({ responseTypes: ['code id_token', 'code id_token'] }), 'responseTypes.1'],
    ['id_token without implicit', web({ responseTypes: ['code', 'id_token'] }), 'responseTypes.1'],
    ['code id_token without authorization_code', web({ grantTypes: ['implicit'], responseTypes: ['code id_token', 'id_token'] }), 'responseTypes.0'],
    ['implicit without a type for it', web({ grantTypes: ['authorization_code', 'implicit'] }), 'grantTypes.1'],
    ['authorization_code without a type for it', web({ grantTypes: ['authorization_code', 'implicit'], responseTypes: ['id_token'] }), 'grantTypes.0'],
    ['implicit without a redirect URI', web({ grantTypes: ['implicit'], responseTypes: ['id_token'], redirectUris: [] }), 'redirectUris'],
    ['tokens in the query', hybrid({ responseModes: ['query'] }), 'responseModes'],
    ['tokens over http for a web client', hybrid({ redirectUris: ['http://127.0.0.1/cb'] }), 'redirectUris.0'],
    ['hybrid types for FAPI 2', fapi({ profile: 'fapi2', responseTypes: ['code', 'code id_token'] }), 'responseTypes.1'],
    ['tokens in the front channel for FAPI 1', fapi({ responseTypes: ['code id_token', 'code id_token token'] }), 'responseTypes.1'],
    ['request objects without signature', web({ jwks: KEYS, requestObjectSigningAlgorithm: 'none' }), 'requestObjectSigningAlgorithm'],
    ['request objects with a MAC', web({ jwks: KEYS, requestObjectSigningAlgorithm: 'HS256' }), 'requestObjectSigningAlgorithm'],
    ['request objects of a FAPI client with RS256', fapi({ requestObjectSigningAlgorithm: 'RS256', jwks: { keys: [EXAMPLE_KEYS.p256, EXAMPLE_KEYS.rsa2048] } }), 'requestObjectSigningAlgorithm'],
    ['an algorithm and no keys', web({ requestObjectSigningAlgorithm: 'ES256' }), 'requestObjectSigningAlgorithm'],
    ['having to sign, and no keys', web({ requireSignedRequestObject: true }), 'requireSignedRequestObject'],
    ['an algorithm no key is for', web({ jwks: KEYS, requestObjectSigningAlgorithm: 'RS256' }), 'jwks.keys'],
    ['require_signed_request_object that is no boolean', web({ requireSignedRequestObject: 'yes' }), 'requireSignedRequestObject'],
    ['a request URI over http (PAR-7)', web({ requestUris: ['http://client.example.org/r.jwt'] }), 'requestUris.0'],
    ['a request URI with a password', web({ requestUris: ['https://a:b@client.example.org/r.jwt'] }), 'requestUris.0'],
    ['a request URI with two fragments', web({ requestUris: ['https://client.example.org/r.jwt#a#b'] }), 'requestUris.0'],
    ['a request URI twice', web({ requestUris: ['https://client.example.org/r.jwt', 'https://client.example.org/r.jwt'] }), 'requestUris.1'],
    ['too long a request URI', web({ requestUris: [`https://client.example.org/${'x'.repeat(512)}`] }), 'requestUris.0'],
    ['too many request URIs', web({ requestUris: Array.from({ length: 101 }, (_, i) => `https://client.example.org/${i}`) }), 'requestUris'],
    ['a FAPI 1 client that neither signs nor pushes', fapi({ requirePushedAuthorizationRequests: false }), 'requirePushedAuthorizationRequests'],
  ])('MUST refuse %s', (_case, client, place) => {
    const { problems } = read(client);
    expect(problems.map((one) => one.path.join('.'))).toEqual([`clients.0.${place}`]);
    expect(problems[0]?.expected).not.toBe('another value');
  });
});
