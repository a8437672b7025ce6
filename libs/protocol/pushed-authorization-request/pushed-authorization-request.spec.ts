import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import { resolveAuthorizationRequest } from '../authorization-request/index.js';
import { authorizationRequest, CHALLENGE, InMemoryPushedRequests, requestParameters, requestPorts } from '../authorization-request/testing.js';
import type { ClientMetadata } from '../client/index.js';
import { webClient } from '../client/testing.js';
import { authenticateClient } from '../client-authentication/index.js';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from '../client-authentication/testing.js';
import type { EdgeRequest } from '../edge/index.js';
import { edgeRequest } from '../token-request/testing.js';
import { answerPushedAuthorizationRequest, type PushedAuthorizationRequestPorts } from './index.js';

const HANDLE = '6esc_11ACC5bwc014ltc14eY22c-q6Hg4z8xdP0tqkQ';
const confidential = webClient({}, { secretDigests: [secretDigest(SECRET)] });
const publicClient = webClient({}, { authenticationMethod: 'none' });
const AUTHORIZED = { authorization: [basic('s6BhdRkqt3', SECRET)] };

type Overrides = Record<string, string | string[]>;

const push = (overrides: Overrides = {}, how: Partial<EdgeRequest> = AUTHORIZED): EdgeRequest =>
  edgeRequest({}, { parameters: requestParameters(overrides), url: 'https://as.example.com/par', ...how });

function endpoint(client: ClientMetadata = confidential) {
  const authentication = authenticationPorts([client]);
  const pushedRequests = new InMemoryPushedRequests();
  const ports: PushedAuthorizationRequestPorts = {
    ...requestPorts(),
    authenticate: (request, parameters) => authenticateClient(request, parameters, authentication, POLICY),
    pushedRequests,
    newHandle: () => HANDLE,
  };
  const answer = (request: EdgeRequest) => answerPushedAuthorizationRequest(request, ports, { lifetimeSeconds: 90 });
  const bring = (requestUri: string) =>
    resolveAuthorizationRequest(
      [['client_id', client.clientId], ['request_uri', requestUri]],
      { ...requestPorts(), clients: authentication.clients, pushedRequests, requestUris: null },
      { requirePushed: true },
    );
  return { ports, pushedRequests, answer, bring };
}

describe('RFC 9126 §2.2 a successful response', () => {
  it('REQUIRED: 201 with request_uri and expires_in', async () => {
    await expect(endpoint().answer(push())).resolves.toEqual({
      status: 201,
      headers: {},
      body: { request_uri: `urn:ietf:params:oauth:request_uri:${HANDLE}`, expires_in: 90 },
    });
  });

  it.each([
    ['a confidential client', confidential, push()],
    ['a public client', publicClient, push({}, {})],
    ['a client that has to push', webClient({ requirePushedAuthorizationRequests: true }, { authenticationMethod: 'none' }), push({}, {})],
    ['a client that named itself by its authentication alone', confidential, push({ client_id: '' })],
  ])('is given to %s, and its request_uri stands for the request', async (_case, client, request) => {
    const { answer, bring } = endpoint(client);
    const { body } = await answer(request);
    const requestUri = typeof body === 'object' ? String(body?.['request_uri']) : '';
    await expect(bring(requestUri)).resolves.toMatchObject({ client, request: authorizationRequest() });
  });

  it('GEN-5 nothing that is stored could be brought', async () => {
    const { answer, pushedRequests } = endpoint();
    await answer(push());
    expect(JSON.stringify([...pushedRequests.rows])).not.toContain(HANDLE);
  });

  it('keeps nothing of the client authentication', async () => {
    const { answer, pushedRequests } = endpoint(webClient({}, { secretDigests: [secretDigest(SECRET)], authenticationMethod: 'client_secret_post' }));
    await answer(push({ client_secret: SECRET }, {}));
    expect(JSON.stringify([...pushedRequests.rows])).not.toContain(SECRET);
  });
});

describe('RFC 9126 §2.3 a refused push is a JSON error, and stores nothing', () => {
  const REFUSED: [title: string, request: EdgeRequest, reason: ReasonId, client: ClientMetadata][] = [
    ['no client authentication (PAR-1)', push({}, {}), 'client_authentication.method_not_registered', confidential],
    ['a wrong secret (PAR-1)', push({}, { authorization: [basic('s6BhdRkqt3', 'no')] }), 'client_authentication.wrong_secret', confidential],
    ['two authentication methods (CLI-1)', push({ client_secret: SECRET }), 'client_authentication.two_methods', confidential],
    ['another client_id than authenticated', push({ client_id: 'other' }), 'client_authentication.client_id_mismatch', confidential],
    ['nobody at all', push({ client_id: '' }, {}), 'client_authentication.missing', publicClient],
    ['a request_uri (§2.1)', push({ request_uri: `urn:ietf:params:oauth:request_uri:${HANDLE}` }), 'pushed_authorization_request.request_uri', confidential],
    ['a request_uri and no authentication: the client first', push({ request_uri: 'x' }, {}), 'client_authentication.method_not_registered', confidential],
    ['a request object that is none', push({ request: 'eyJ' }), 'request_object.malformed', confidential],
    ['a repeated parameter (GEN-1)', push({ state: ['a', 'b'] }), 'request.repeated_parameter', confidential],
    ['an unregistered redirect_uri', push({ redirect_uri: 'https://evil.example/cb' }), 'authorization_request.redirect_uri_mismatch', confidential],
    ['no redirect_uri', push({ redirect_uri: '' }), 'authorization_request.redirect_uri_missing', confidential],
    ['no response_type', push({ response_type: '' }), 'request.missing_parameter', confidential],
    ['response_type code id_token', push({ response_type: 'code id_token' }), 'authorization_request.response_type', confidential],
    ['no challenge', push({ code_challenge: '', code_challenge_method: '' }), 'authorization_request.code_challenge_missing', confidential],
    ['method plain', push({ code_challenge_method: 'plain' }), 'authorization_request.code_challenge_method', confidential],
    ['an unregistered scope', push({ scope: 'openid phone' }), 'scope.not_registered', confidential],
    ['an unknown resource', push({ resource: 'https://nobody.example' }), 'resource.unknown', confidential],
    ['a bad prompt', push({ prompt: 'none login' }), 'authorization_request.prompt', confidential],
    ['a client without the grant', push(), 'authorization_request.grant_type_not_allowed', webClient({}, { grantTypes: ['client_credentials'], secretDigests: [secretDigest(SECRET)] })],
    ['a disabled client', push(), 'client_authentication.disabled_client', webClient({}, { enabled: false, secretDigests: [secretDigest(SECRET)] })],
  ];
  it.each(REFUSED)('MUST refuse %s', async (_case, request, reason, client) => {
    const { answer, pushedRequests } = endpoint(client);
    await expect(answer(request)).rejects.toEqual(new OAuthError(reason));
    expect(pushedRequests.rows.size).toBe(0);
  });

  it('lets an outage through: nothing was said about the request', async () => {
    const { ports } = endpoint();
    const away = { ...ports, pushedRequests: { store: () => Promise.reject(new Outage('postgresql', 'away')) } };
    await expect(answerPushedAuthorizationRequest(push(), away, { lifetimeSeconds: 90 })).rejects.toBeInstanceOf(Outage);
  });

  it('says the lifetime it stores', async () => {
    const { ports } = endpoint();
    const stored: number[] = [];
    const pushedRequests = { store: (_hash: Buffer, _client: string, _request: unknown, seconds: number) => Promise.resolve(void stored.push(seconds)) };
    const { body } = await answerPushedAuthorizationRequest(push({ code_challenge: CHALLENGE }), { ...ports, pushedRequests }, { lifetimeSeconds: 5 });
    expect([body, stored]).toMatchObject([{ expires_in: 5 }, [5]]);
  });
});
