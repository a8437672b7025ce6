import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { webClient } from '../client/testing.js';
import { assertionKey, NOW, signed } from '../client-authentication/testing.js';
import { pairs } from '../form-parameters/testing.js';
import { ISSUER } from '../request-object/testing.js';
import { AuthorizationRefusal, type FetchedRequestObject, type RequestUriSource, resolveAuthorizationRequest } from './index.js';
import { authorizationRequest, CHALLENGE, InMemoryPushedRequests, requestPorts } from './testing.js';

const KEY = assertionKey('k1');
const CALLBACK = 'https://client.example.org/cb';
const REGISTERED = 'https://client.example.org/request.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM';
const web = (registration = {}, overrides = {}) => webClient({ requestUris: [REGISTERED], ...registration }, { keys: [KEY.jwk], ...overrides });

type Claims = Readonly<Record<string, unknown>>;
const INSIDE = {
  iss: 's6BhdRkqt3', aud: ISSUER, exp: NOW + 60, nbf: NOW, client_id: 's6BhdRkqt3', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid',
  state: 'inside', code_challenge: CHALLENGE, code_challenge_method: 'S256',
};
const object = (claims: Claims = {}) => signed(KEY, { ...INSIDE, ...claims });
const asked = authorizationRequest({ state: 'inside' });

function resolve(outside: Record<string, string | string[]>, client: ClientMetadata = web(), source: RequestUriSource | null = null, policy = { requirePushed: false }) {
  const sources = { ...requestPorts(), clients: { find: () => Promise.resolve(client) }, pushedRequests: new InMemoryPushedRequests(), requestUris: source };
  return resolveAuthorizationRequest(pairs({ client_id: 's6BhdRkqt3', ...outside }), sources, policy);
}
const behind = (answer: FetchedRequestObject, fetched: string[] = []): RequestUriSource => ({
  fetch: (requestUri) => {
    fetched.push(requestUri);
    return Promise.resolve(answer);
  },
});
const fetchedObject = (compact: string): FetchedRequestObject => ({ outcome: 'fetched', compact });

describe('RFC 9101 §5.1, §6.3, PAR-4 a request object by value', () => {
  it('needs client_id beside it and nothing else (RFC 9101 §5)', async () => {
    await expect(resolve({ request: object() })).resolves.toMatchObject({ request: asked });
  });

  it('may have response_type and the scope beside it, as OIDC Core §6.1 has clients do', async () => {
    await expect(resolve({ request: object(), response_type: 'code', scope: 'openid' })).resolves.toMatchObject({ request: asked });
  });

  it.each([
    ['another state, nonce and prompt', { state: 'outside', nonce: 'outside', prompt: 'login' }],
    ['a wider scope', { scope: 'openid profile email' }],
    ['a bad redirect_uri: the inner one wins', { redirect_uri: 'https://evil.example/cb' }],
    ['a challenge', { code_challenge: 'x'.repeat(43) }],
  ])('PAR-4 MUST ignore what stands beside it: %s', async (_case, outside) => {
    await expect(resolve({ request: object(), ...outside })).resolves.toMatchObject({ request: asked });
  });

  it.each([
    ['scope', { scope: undefined }, 'authorization_request.scope_missing'],
    ['code_challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'authorization_request.code_challenge_missing'],
    ['response_type', { response_type: undefined }, 'request.missing_parameter'],
  ] as [string, Claims, ReasonId][])('does not count %s that stands outside alone', async (name, claims, reason) => {
    const outside = { scope: 'openid', code_challenge: CHALLENGE, code_challenge_method: 'S256', ...(name === 'response_type' ? {} : { response_type: 'code' }) };
    await expect(resolve({ request: object(claims), ...outside }, web({}, { defaultResource: null, resources: [] }))).rejects.toMatchObject({ refusal: new OAuthError(reason), state: 'inside' });
  });

  it('without redirect_uri inside is refused, though one stands outside', async () => {
    await expect(resolve({ request: object({ redirect_uri: undefined }), redirect_uri: CALLBACK })).rejects.toEqual(new OAuthError('authorization_request.redirect_uri_missing'));
  });

  it('OIDC Core §5.5 may hold claims as an object, max_age as a number', async () => {
    const claims = { claims: { id_token: { acr: { essential: true, values: ['1'] } } }, max_age: 60 };
    await expect(resolve({ request: object(claims) })).resolves.toMatchObject({ request: { ...asked, claims: { userinfo: {}, id_token: claims.claims.id_token }, maxAgeSeconds: 60 } });
  });
});

describe('RFC 9101 §5 what a request object and its request have to agree on', () => {
  const REFUSED: [string, Record<string, string | string[]>, ReasonId][] = [
    ['another client_id inside', { request: object({ client_id: 'other' }) }, 'request_object.client_id'],
    ['another response_type outside (OIDC Core §6.1)', { request: object(), response_type: 'code id_token' }, 'request_object.response_type'],
    ['a response_type outside alone (OIDC Core §6.1)', { request: object({ response_type: undefined }), response_type: 'code' }, 'request_object.response_type'],
    ['request and request_uri', { request: object(), request_uri: REGISTERED }, 'request_object.two_sources'],
    ['a parameter twice outside (GEN-1)', { request: object(), nonce: ['a', 'b'], redirect_uri: CALLBACK }, 'request.repeated_parameter'],
    ['a foreign signature', { request: signed(assertionKey('k1'), INSIDE) }, 'request_object.signature'],
    ['an expired one', { request: object({ exp: NOW }) }, 'request_object.expired'],
  ];
  it.each(REFUSED)('MUST be refused at the redirect URI: %s', async (_case, outside, reason) => {
    await expect(resolve({ redirect_uri: CALLBACK, ...outside })).rejects.toMatchObject({ refusal: new OAuthError(reason), redirectUri: CALLBACK });
  });

  it('a refusal goes where the object says, with its state, and else where the request says', async () => {
    await expect(resolve({ request: object({ exp: NOW }), state: 'outside', redirect_uri: 'https://evil.example/cb' })).rejects.toMatchObject({ redirectUri: CALLBACK, state: 'inside' });
    await expect(resolve({ request: 'e30', state: 'outside', redirect_uri: CALLBACK })).rejects.toMatchObject({ redirectUri: CALLBACK, state: 'outside' });
  });

  it.each([
    ['no redirect URI anywhere', object({ exp: NOW, redirect_uri: undefined }), {}],
    ['an unregistered one in both places', object({ exp: NOW, redirect_uri: 'https://evil.example/cb' }), { redirect_uri: 'https://evil.example/cb' }],
    ['an object nobody can read and no redirect URI', 'e30', {}],
  ])('AUT-2 is a page with %s', async (_case, request, outside) => {
    const refusal: unknown = await resolve({ request, ...outside }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OAuthError);
    expect(refusal).not.toBeInstanceOf(AuthorizationRefusal);
  });

  it('two request objects are refused on a page (GEN-1)', async () => {
    await expect(resolve({ request: [object(), object()] })).rejects.toEqual(new OAuthError('request.repeated_parameter'));
  });
});

describe('RFC 9101 §10.5 require_signed_request_object', () => {
  const signing = web({ requireSignedRequestObject: true });

  it('MUST refuse a request without one', async () => {
    const plain = { redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    await expect(resolve(plain, signing)).rejects.toMatchObject({ refusal: new OAuthError('request_object.required') });
    expect(new OAuthError('request_object.required').code).toBe('invalid_request');
  });

  it('accepts one that is signed, and none that is not', async () => {
    await expect(resolve({ request: object() }, signing)).resolves.toMatchObject({ request: asked });
    const [, payload] = object().split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    await expect(resolve({ request: unsigned }, signing)).rejects.toMatchObject({ refusal: new OAuthError('request_object.algorithm') });
  });
});

describe('RFC 9126 §5 a request object is no push', () => {
  it('MUST be refused where requests have to be pushed', async () => {
    const refusal = { refusal: new OAuthError('authorization_request.pushed_request_required') };
    await expect(resolve({ request: object() }, web({ requirePushedAuthorizationRequests: true }))).rejects.toMatchObject(refusal);
    await expect(resolve({ request: object() }, web(), null, { requirePushed: true })).rejects.toMatchObject(refusal);
  });
});

describe('OIDC Core §6.2, RFC 9101 §5.2, PAR-7 a request object by reference', () => {
  it('is fetched for a registered value, the fragment included', async () => {
    const fetched: string[] = [];
    await expect(resolve({ request_uri: REGISTERED, response_type: 'code' }, web(), behind(fetchedObject(object()), fetched))).resolves.toMatchObject({ request: asked, pushedRequestHash: null });
    expect(fetched).toEqual([REGISTERED]);
  });

  const UNREGISTERED: [string, string][] = [
    ['another host', 'https://evil.example/request.jwt'],
    ['without the fragment', REGISTERED.split('#')[0] ?? ''],
    ['with another fragment', `${REGISTERED}x`],
    ['with a query', REGISTERED.replace('#', '?x=1#')],
    ['with a port', REGISTERED.replace('.org/', '.org:443/')],
    ['another spelling of the host', REGISTERED.replace('client.', 'CLIENT.')],
    ['over http', REGISTERED.replace('https:', 'http:')],
  ];
  it.each(UNREGISTERED)('PAR-7 MUST NOT be fetched for a value that is not registered: %s', async (_case, requestUri) => {
    const fetched: string[] = [];
    const resolving = resolve({ request_uri: requestUri, redirect_uri: CALLBACK }, web(), behind(fetchedObject(object()), fetched));
    await expect(resolving).rejects.toMatchObject({ refusal: new OAuthError('request_uri.not_registered') });
    expect(fetched).toEqual([]);
  });

  it('PAR-7 MUST NOT be fetched where the deployment does not', async () => {
    await expect(resolve({ request_uri: REGISTERED, redirect_uri: CALLBACK })).rejects.toMatchObject({ refusal: new OAuthError('authorization_request.request_uri') });
    expect(new OAuthError('authorization_request.request_uri').code).toBe('request_uri_not_supported');
  });

  it.each([
    ['could not be fetched', { outcome: 'failed', why: 'status 404' } as const, 'request_uri.not_fetched'],
    ['is no JWS', fetchedObject('<html>'), 'request_uri.invalid_object'],
    ['has a foreign signature', fetchedObject(signed(assertionKey('k1'), INSIDE)), 'request_uri.invalid_object'],
    ['is unsigned', fetchedObject(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${object().split('.')[1]}.`), 'request_uri.invalid_object'],
    ['has expired', fetchedObject(object({ exp: NOW })), 'request_uri.invalid_object'],
  ] as [string, FetchedRequestObject, ReasonId][])('is invalid_request_uri when the object %s (OIDC Core §3.1.2.6)', async (_case, answer, reason) => {
    await expect(resolve({ request_uri: REGISTERED, redirect_uri: CALLBACK }, web(), behind(answer))).rejects.toMatchObject({ refusal: new OAuthError(reason) });
    expect(new OAuthError(reason).code).toBe('invalid_request_uri');
  });

  it('lets an outage through: it is no statement about the object', async () => {
    const away = { fetch: () => Promise.reject(new Outage('postgresql', 'away')) };
    await expect(resolve({ request_uri: REGISTERED, redirect_uri: CALLBACK }, web(), away)).rejects.toBeInstanceOf(Outage);
  });
});
