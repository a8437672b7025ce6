import { authorityOver, OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import { type Entitlement, issueAccessToken, type UserEntitlement } from '../access-token/index.js';
import { entitlement, GRANT_ID, issuingPorts, sha256, userGrant, verifierOf } from '../access-token/testing.js';
import { type ClientMetadata, ClientRegistration } from '../client/index.js';
import { client, resource } from '../client/testing.js';
import { authenticateClient } from '../client-authentication/index.js';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from '../client-authentication/testing.js';
import { clientCredentialsGrant } from '../client-credentials-grant/index.js';
import type { EdgeRequest } from '../edge/index.js';
import { InMemoryRefreshFamilies } from '../refresh-token-grant/testing.js';
import { answerTokenRequest, issueToUser, type TokenRequestPorts } from './index.js';
import { edgeRequest, members } from './testing.js';

/** A deployment without the grants of users. */
const NONE = {
  authorization_code: null,
  refresh_token: null,
  password: null,
  'urn:ietf:params:oauth:grant-type:device_code': null,
  'urn:openid:params:grant-type:ciba': null,
};
const registered = client({ secretDigests: [secretDigest(SECRET)] });
const AUTHORIZED = { authorization: [basic('s6BhdRkqt3', SECRET)] };

function portsOf(of: ClientMetadata = registered, resources = [resource()]) {
  const authentication = authenticationPorts([of]);
  const issuing = issuingPorts(resources);
  const families = new InMemoryRefreshFamilies();
  const ports: TokenRequestPorts = {
    authenticate: (request, parameters) => authenticateClient(request, parameters, authentication, POLICY),
    grants: { ...NONE, client_credentials: (parameters, authenticated) => clientCredentialsGrant(parameters, authenticated, issuing) },
    issue: (decided) => issueAccessToken(decided, issuing),
    issueToUser: (decided, registeredClient) => issueToUser(decided, registeredClient, { ...issuing, families }),
  };
  return { ports, issuance: issuing.issuance, families };
}
const answer = (request: EdgeRequest, of = portsOf()) => answerTokenRequest(request, of.ports, null);

describe('RFC 6749 §5.1 a successful token response', () => {
  it('REQUIRED: access_token and token_type; with expires_in and scope', async () => {
    const reply = await answer(edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED));
    expect(reply).toEqual({
      status: 200,
      headers: {},
      body: { access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 600, scope: 'orders.read orders.write' },
    });
  });

  it('never has a refresh token or an ID token for client_credentials (§4.4.3, CCR-1)', async () => {
    const { body } = await answer(edgeRequest({ grant_type: 'client_credentials', scope: 'orders.read' }, AUTHORIZED));
    expect(Object.keys(body ?? {}).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
  });

  it('has no scope when none was granted', async () => {
    const reply = await answer(edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), portsOf(registered, [resource({ scope: [] })]));
    expect(reply.body).not.toHaveProperty('scope');
  });

  it('says a handle for a resource with opaque tokens', async () => {
    const of = portsOf(registered, [resource({ tokenFormat: 'opaque' })]);
    const reply = await answer(edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), of);
    expect(reply.body).toMatchObject({ access_token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), expires_in: 600 });
    expect(of.issuance.opaque).toHaveLength(1);
  });
});

describe('RFC 6749 §5.2 a refused token request', () => {
  const publicClient = client({ authenticationMethod: 'none' });
  const REFUSED: [string, EdgeRequest, ClientMetadata, ReasonId][] = [
    ['no client authentication', edgeRequest({ grant_type: 'client_credentials' }), registered, 'client_authentication.missing'],
    ['no grant_type', edgeRequest({}, AUTHORIZED), registered, 'request.missing_parameter'],
    ['an empty grant_type', edgeRequest({ grant_type: '' }, AUTHORIZED), registered, 'request.missing_parameter'],
    ['a repeated grant_type', edgeRequest({ grant_type: ['client_credentials', 'client_credentials'] }, AUTHORIZED), registered, 'request.repeated_parameter'],
    ['an unknown grant', edgeRequest({ grant_type: 'urn:example:grant' }, AUTHORIZED), registered, 'token_request.unsupported_grant_type'],
    ['a grant in other letters', edgeRequest({ grant_type: 'Client_Credentials' }, AUTHORIZED), registered, 'token_request.unsupported_grant_type'],
    ['a grant like a member of Object.prototype', edgeRequest({ grant_type: 'constructor' }, AUTHORIZED), registered, 'token_request.unsupported_grant_type'],
    ['a grant the client may not use', edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), { ...registered, grantTypes: [] }, 'token_request.grant_type_not_allowed'],
    ['a public client', edgeRequest({ grant_type: 'client_credentials', client_id: 's6BhdRkqt3' }), publicClient, 'client_credentials_grant.public_client'],
    ['a foreign scope', edgeRequest({ grant_type: 'client_credentials', scope: 'admin' }, AUTHORIZED), registered, 'scope.not_registered'],
    ['an unknown resource', edgeRequest({ grant_type: 'client_credentials', resource: 'https://nobody.example' }, AUTHORIZED), registered, 'resource.unknown'],
    ['a wrong secret, before the grant is looked at', edgeRequest({ grant_type: 'x' }, { authorization: [basic('s6BhdRkqt3', 'no')] }), registered, 'client_authentication.wrong_secret'],
  ];
  it.each(REFUSED)('MUST have the reason of %s, and issue nothing', async (_case, request, of, reason) => {
    const { ports, issuance } = portsOf(of);
    await expect(answerTokenRequest(request, ports, null)).rejects.toEqual(new OAuthError(reason));
    expect(issuance).toMatchObject({ opaque: [], stateless: [] });
  });

  it('lets an outage through: it is no statement about the request', async () => {
    const issue = () => Promise.reject(new Outage('key-lease', 'no valid lease'));
    const { ports } = portsOf();
    await expect(answerTokenRequest(edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), { ...ports, issue }, null)).rejects.toBeInstanceOf(Outage);
  });
});

describe('OIDC Core §3.1.3.3 the tokens of a user', () => {
  const REQUEST = edgeRequest({ grant_type: 'authorization_code' }, AUTHORIZED);
  const CODE_CLIENT = { ...registered, grantTypes: ['authorization_code' as const], registration: ClientRegistration.parse({ idTokenSigningAlgorithm: 'ES256' }) };
  const access = (scope: readonly string[]): Entitlement =>
    entitlement({ subject: { kind: 'user', id: 'usr_2iv3d3YcSTm1vE7vTzrWlA' }, grantId: GRANT_ID, authority: authorityOver(scope, []) });

  function withUser(decided: UserEntitlement) {
    const { ports, families, issuance } = portsOf(CODE_CLIENT);
    return { families, issuance, ports: { ...ports, grants: { ...NONE, client_credentials: null, authorization_code: () => Promise.resolve(decided) } } };
  }

  it('are an access token, an ID token and the first refresh token, which begins a family', async () => {
    const { ports, families } = withUser({ access: access(['openid']), grant: userGrant(), refreshToken: 'begin' });
    const body = members(await answerTokenRequest(REQUEST, ports, null));
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type']);
    expect(families.begun).toEqual([
      { tokenHash: sha256(String(body['refresh_token'])), grant: userGrant({ nonce: null }), idleSeconds: 14 * 86_400, lifetimeSeconds: 90 * 86_400 },
    ]);
    const idToken = verifierOf([]).decode(String(body['id_token']));
    expect(idToken?.header).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: 'issuer-1' });
    expect(idToken?.claims).toMatchObject({ aud: 's6BhdRkqt3', nonce: 'n-0S6_WzA2Mj', at_hash: sha256(String(body['access_token'])).toString('base64url', 0, 16) });
    expect(verifierOf([]).decode(String(body['access_token']))?.claims['jti']).toMatch(new RegExp(`^${GRANT_ID}\\.`));
  });

  it.each([
    ['no refresh token where there is none', { access: access(['openid']), grant: userGrant(), refreshToken: null }, ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']],
    ['the refresh token that was decided', { access: access(['openid']), grant: userGrant(), refreshToken: { token: 'next' } }, ['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type']],
    ['no ID token without openid', { access: access(['email']), grant: userGrant(), refreshToken: null }, ['access_token', 'expires_in', 'scope', 'token_type']],
  ] as const)('have %s', async (_case, decided, names) => {
    const { ports, families } = withUser(decided);
    expect(Object.keys(members(await answerTokenRequest(REQUEST, ports, null))).sort()).toEqual(names);
    expect(families.begun).toEqual([]);
  });

  it('are not said before the family is committed (I2)', async () => {
    const { ports } = withUser({ access: access(['openid']), grant: userGrant(), refreshToken: 'begin' });
    const issuing = { ...issuingPorts(), families: { begin: () => Promise.reject(new Outage('postgresql', 'away')) } };
    await expect(answerTokenRequest(REQUEST, { ...ports, issueToUser: (decided, of) => issueToUser(decided, of, issuing) }, null)).rejects.toBeInstanceOf(Outage);
  });

  it('GEN-10: a grant that this deployment does not have is unsupported, whatever the client registered', async () => {
    const { ports } = portsOf({ ...registered, grantTypes: ['password'] });
    await expect(answerTokenRequest(edgeRequest({ grant_type: 'password' }, AUTHORIZED), ports, null)).rejects.toEqual(new OAuthError('token_request.unsupported_grant_type'));
  });
});

describe('Ours: the grant table', () => {
  it('gives the grant the parameters and the authenticated client, and issues what it decides', async () => {
    const seen: unknown[] = [];
    const ports: TokenRequestPorts = {
      ...portsOf().ports,
      grants: { ...NONE, client_credentials: (parameters, authenticated) => { seen.push(parameters.values.get('scope'), authenticated); return Promise.resolve(entitlement({ lifetimeSeconds: 5 })); } },
    };
    const reply = await answerTokenRequest(edgeRequest({ grant_type: 'client_credentials', scope: 'a' }, AUTHORIZED), ports, null);
    expect(seen).toEqual(['a', { client: registered }]);
    expect(reply.body).toMatchObject({ expires_in: 5 });
  });
});
