import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import { webClient } from '../client/testing.js';
import { pairs } from '../form-parameters/testing.js';
import { AuthorizationRefusal, PUSHED_REQUEST_URI_PREFIX, requestUriHash, resolveAuthorizationRequest } from './index.js';
import { authorizationRequest, InMemoryPushedRequests, requestParameters, requestPorts } from './testing.js';

const REQUEST_URI = `${PUSHED_REQUEST_URI_PREFIX}6esc_11ACC5bwc014ltc14eY22c-q6Hg4z8xdP0tqkQ`;
const pushed = authorizationRequest({ state: 'pushed', nonce: 'pushed' });

function sources(...clients: ReturnType<typeof webClient>[]) {
  const pushedRequests = new InMemoryPushedRequests();
  pushedRequests.rows.set(requestUriHash(REQUEST_URI).toString('hex'), { clientId: 's6BhdRkqt3', request: pushed });
  const all = clients.length > 0 ? clients : [webClient(), webClient({}, { clientId: 'other' })];
  const found = { find: (clientId: string) => Promise.resolve(all.find((one) => one.clientId === clientId) ?? null) };
  return { ...requestPorts(), clients: found, pushedRequests, requestUris: null };
}
const resolve = (parameters: [string, string][], of = sources(), requirePushed = false) => resolveAuthorizationRequest(parameters, of, { requirePushed });
const bring = (overrides: Record<string, string | string[]> = {}) => pairs({ client_id: 's6BhdRkqt3', request_uri: REQUEST_URI, ...overrides });

describe('RFC 9126 §4 a pushed request at the authorization endpoint', () => {
  it('needs client_id and request_uri alone', async () => {
    await expect(resolve(bring())).resolves.toEqual({ client: webClient(), request: pushed, pushedRequestHash: requestUriHash(REQUEST_URI) });
  });

  it('PAR-3 is not spent by being looked at: a person reloads', async () => {
    const of = sources();
    await resolve(bring(), of);
    await expect(resolve(bring(), of)).resolves.toMatchObject({ request: pushed });
  });

  it.each([
    ['another state and nonce', { state: 'outside', nonce: 'outside' }],
    ['another redirect_uri', { redirect_uri: 'https://evil.example/cb' }],
    ['another scope and response_type', { scope: 'admin', response_type: 'token' }],
    ['a request object', { request: 'e30' }],
  ])('PAR-4 MUST ignore what stands outside it: %s', async (_case, overrides) => {
    await expect(resolve(bring(overrides))).resolves.toMatchObject({ request: pushed });
  });

  it('counts where pushing is required', async () => {
    await expect(resolve(bring(), sources(webClient({ requirePushedAuthorizationRequests: true })), true)).resolves.toMatchObject({ request: pushed });
  });

  const PAGES: [string, [string, string][], ReasonId][] = [
    ['another client\'s (PAR-3)', bring({ client_id: 'other' }), 'authorization_request.request_uri_unknown'],
    ['an unknown one', bring({ request_uri: `${PUSHED_REQUEST_URI_PREFIX}unknown` }), 'authorization_request.request_uri_unknown'],
    ['the prefix alone', bring({ request_uri: PUSHED_REQUEST_URI_PREFIX }), 'authorization_request.request_uri_unknown'],
    ['one with more behind it', bring({ request_uri: `${REQUEST_URI}x` }), 'authorization_request.request_uri_unknown'],
    ['no client_id', bring({ client_id: '' }), 'request.missing_parameter'],
    ['a client nobody knows', bring({ client_id: 'nobody' }), 'authorization_request.unknown_client'],
    ['two request_uri (GEN-1)', bring({ request_uri: [REQUEST_URI, REQUEST_URI] }), 'request.repeated_parameter'],
    ['another parameter twice, though it is ignored (GEN-1)', bring({ state: ['a', 'b'] }), 'request.repeated_parameter'],
  ];
  it.each(PAGES)('AUT-2 MUST be a page: %s', async (_case, parameters, reason) => {
    await expect(resolve(parameters)).rejects.toEqual(new OAuthError(reason));
  });

  it('AUT-2 MUST NOT be answered at a redirect URI that was taken from the client since', async () => {
    const moved = sources(webClient({ redirectUris: ['https://client.example.org/new'] }));
    await expect(resolve(bring(), moved)).rejects.toEqual(new OAuthError('authorization_request.redirect_uri_mismatch'));
  });

  it('AUT-3 MUST NOT be answered with a response type that was taken from the client since', async () => {
    const changed = sources(webClient({ responseTypes: ['id_token'] }));
    await expect(resolve(bring(), changed)).rejects.toEqual(new OAuthError('authorization_request.response_type'));
  });

  it('MUST NOT be answered for a client that was disabled since', async () => {
    await expect(resolve(bring(), sources(webClient({}, { enabled: false })))).rejects.toEqual(new OAuthError('authorization_request.disabled_client'));
  });

  it('lets an outage through: nobody said that it is unknown', async () => {
    const away = { ...sources(), pushedRequests: { find: () => Promise.reject(new Outage('postgresql', 'away')) } };
    await expect(resolveAuthorizationRequest(bring(), away, { requirePushed: false })).rejects.toBeInstanceOf(Outage);
  });
});

describe('OIDC Core §6.2, PAR-7 any other request_uri', () => {
  const elsewhere = { request_uri: 'https://client.example.org/request.jwt' };

  it('is refused by redirect when the redirect URI is proven without it', async () => {
    await expect(resolve(requestParameters(elsewhere))).rejects.toMatchObject({ refusal: new OAuthError('authorization_request.request_uri') });
  });

  it('is refused on a page when it is not', async () => {
    const refusal: unknown = await resolve(bring({ ...elsewhere, scope: 'openid' })).catch((error: unknown) => error);
    expect(refusal).toEqual(new OAuthError('authorization_request.request_uri'));
    expect(refusal).not.toBeInstanceOf(AuthorizationRefusal);
  });
});

describe('RFC 6749 §4.1.1 a request by its parameters', () => {
  it('is validated and has nothing to be spent', async () => {
    await expect(resolve(requestParameters())).resolves.toEqual({ client: webClient(), request: authorizationRequest(), pushedRequestHash: null });
  });

  it('MUST be refused where pushing is required (RFC 9126 §5)', async () => {
    await expect(resolve(requestParameters(), sources(), true)).rejects.toMatchObject({
      refusal: new OAuthError('authorization_request.pushed_request_required'),
      redirectUri: 'https://client.example.org/cb',
    });
  });
});
