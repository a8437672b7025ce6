import { ClientRegistration } from '../client/index.js';
import { EXAMPLE_KEYS } from '../client-key-set/testing.js';
import { readDeclaration } from './index.js';
import { actions, applying, declaredClient, declaredResource, planOf, storedClient, storedResource } from './testing.js';

const CALLBACK = 'https://client.example.org/cb';
/** A confidential web application; a test states only what matters to it. */
const web = (members: Record<string, unknown> = {}) =>
  declaredClient({ grantTypes: ['authorization_code', 'refresh_token'], redirectUris: [CALLBACK], scope: ['openid', 'orders.read'], ...members });
const publicClient = (members: Record<string, unknown> = {}) => web({ authenticationMethod: 'none', secret: undefined, ...members });
const fapi = (members: Record<string, unknown> = {}) =>
  web({ profile: 'fapi2', authenticationMethod: 'private_key_jwt', secret: undefined, jwks: { keys: [EXAMPLE_KEYS.p256] }, ...members });

function read(client: Record<string, unknown>) {
  const { clients, problems } = readDeclaration({ clients: [client], resources: [declaredResource()] });
  return { registration: clients[0]?.thing.record.registration, problems };
}

describe('RFC 7591 §2, OIDC Registration §2 what a client registers for signing people in', () => {
  it('is kept as it was declared', () => {
    const members = {
      applicationType: 'native',
      redirectUris: [CALLBACK, 'http://127.0.0.1/cb', 'com.example.app:/cb'],
      postLogoutRedirectUris: ['https://client.example.org/bye'],
      responseTypes: ['code', 'code id_token'],
      responseModes: ['form_post'],
      requestObjectSigningAlgorithm: 'ES256',
      requireSignedRequestObject: true,
      requestUris: ['https://client.example.org/request.jwt#hash'],
      requirePushedAuthorizationRequests: true,
      requireProofKey: false,
      firstParty: true,
      clientUri: 'https://client.example.org',
      logoUri: 'https://client.example.org/logo.svg',
      policyUri: 'https://client.example.org/policy',
      tosUri: 'https://client.example.org/terms#de',
      initiateLoginUri: 'https://client.example.org/login',
      frontchannelLogoutUri: 'https://client.example.org/logged-out',
      frontchannelLogoutSessionRequired: true,
      backchannelLogoutUri: 'https://client.example.org/backchannel-logout',
      backchannelLogoutSessionRequired: true,
      idTokenSigningAlgorithm: 'ES256',
      userinfoSigningAlgorithm: 'RS256',
      subjectType: 'pairwise',
      sectorIdentifier: 'example.org',
      defaultMaxAgeSeconds: 0,
      defaultAcrValues: ['1'],
      rotateRefreshTokens: false,
      refreshRetryWindowSeconds: 5,
      refreshTokenIdleSeconds: 60,
      refreshTokenLifetimeSeconds: 600,
    };
    const beside = { grantTypes: ['authorization_code', 'implicit', 'refresh_token'], jwks: { keys: [EXAMPLE_KEYS.p256] } };
    const others = { backchannelTokenDeliveryMode: null, backchannelClientNotificationEndpoint: null, backchannelRequestSigningAlgorithm: null, backchannelUserCodeParameter: false, backchannelLongPolling: false, backchannelNumberMatching: false };
    expect(read(web({ ...members, ...beside }))).toEqual({ registration: { ...members, ...others, verified: true }, problems: [] });
  });

  it('has the defaults of a stored registration without it', () => {
    expect(read(web())).toEqual({ registration: ClientRegistration.parse({ redirectUris: [CALLBACK] }), problems: [] });
  });

  it.each([
    ['a public client', publicClient()],
    ['a FAPI client', fapi()],
    ['a password client', declaredClient({ grantTypes: ['password', 'refresh_token'], scope: ['openid', 'offline_access'] })],
    ['a client with all identity scopes', web({ scope: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] })],
  ])('may be %s', (_case, client) => {
    expect(read(client).problems).toEqual([]);
  });

  it('FAPI 2.0 Security §5.3.2.2, §5.4.1 has the defaults of its profile', () => {
    expect(read(fapi()).registration).toMatchObject({ requirePushedAuthorizationRequests: true, requireProofKey: true, idTokenSigningAlgorithm: 'PS256' });
  });

  it('OIDC Core §8.1 takes the one host of the redirect URIs for the sector', () => {
    const two = [CALLBACK, 'https://client.example.org:8443/other'];
    expect(read(web({ subjectType: 'pairwise', redirectUris: two })).registration).toMatchObject({ sectorIdentifier: 'client.example.org' });
    expect(read(web()).registration).toMatchObject({ sectorIdentifier: null });
  });
});

describe('Ours: every member of a registration is checked, and the place of what is wrong is told', () => {
  it.each([
    ['a back-channel logout address over http', web({ backchannelLogoutUri: 'http://client.example.org/out' }), 'backchannelLogoutUri'],
    ['one with a fragment (Back-Channel Logout §2.2)', web({ backchannelLogoutUri: 'https://client.example.org/out#x' }), 'backchannelLogoutUri'],
    ['one with a user name (OUT-1)', web({ backchannelLogoutUri: 'https://user@client.example.org/out' }), 'backchannelLogoutUri'],
    ['one that is no address', web({ backchannelLogoutUri: '/out' }), 'backchannelLogoutUri'],
    ['a back-channel session without an address', web({ backchannelLogoutSessionRequired: true }), 'backchannelLogoutSessionRequired'],
    ['an application type nobody defined', web({ applicationType: 'spa' }), 'applicationType'],
    ['redirect URIs that are no list', web({ redirectUris: CALLBACK }), 'redirectUris'],
    ['too many redirect URIs', web({ redirectUris: Array.from({ length: 101 }, (_, i) => `${CALLBACK}/${i}`) }), 'redirectUris'],
    ['a redirect URI twice', web({ redirectUris: [CALLBACK, CALLBACK] }), 'redirectUris.1'],
    ['a redirect URI with a fragment (REG-2)', web({ redirectUris: [CALLBACK, `${CALLBACK}#x`] }), 'redirectUris.1'],
    ['a redirect URI over http (REG-2)', web({ redirectUris: ['http://client.example.org/cb'] }), 'redirectUris.0'],
    ['a private-use scheme of a web client', web({ redirectUris: ['com.example.app:/cb'] }), 'redirectUris.0'],
    ['a post-logout redirect URI with javascript', web({ postLogoutRedirectUris: ['javascript:alert(1)'] }), 'postLogoutRedirectUris.0'],
    ['an unknown response mode', web({ responseModes: ['web_message'] }), 'responseModes.0'],
    ['no response mode', web({ responseModes: [] }), 'responseModes'],
    ['a response mode twice', web({ responseModes: ['query', 'query'] }), 'responseModes.1'],
    ['require_pkce that is no boolean', web({ requireProofKey: 'no' }), 'requireProofKey'],
    ['first_party that is no boolean', web({ firstParty: 1 }), 'firstParty'],
    ['a logo that is a script', web({ logoUri: 'javascript:alert(1)' }), 'logoUri'],
    ['a home page over http', web({ clientUri: 'http://client.example.org' }), 'clientUri'],
    ['terms that are no URL', web({ tosUri: 'our terms' }), 'tosUri'],
    ['a policy with a password', web({ policyUri: 'https://a:b@client.example.org' }), 'policyUri'],
    ['an ID token without signature', web({ idTokenSigningAlgorithm: 'none' }), 'idTokenSigningAlgorithm'],
    ['an ID token with a MAC', web({ idTokenSigningAlgorithm: 'HS256' }), 'idTokenSigningAlgorithm'],
    ['userinfo without signature', web({ userinfoSigningAlgorithm: 'none' }), 'userinfoSigningAlgorithm'],
    ['a subject type nobody defined', web({ subjectType: 'opaque' }), 'subjectType'],
    ['a sector that is a URL', web({ subjectType: 'pairwise', sectorIdentifier: 'https://example.org' }), 'sectorIdentifier'],
    ['a sector of public subjects', web({ sectorIdentifier: 'example.org' }), 'sectorIdentifier'],
    ['no sector for two hosts (OIDC Core §8.1)', web({ subjectType: 'pairwise', redirectUris: [CALLBACK, 'https://other.example.org/cb'] }), 'sectorIdentifier'],
    ['no sector for a private-use scheme', web({ subjectType: 'pairwise', applicationType: 'native', redirectUris: ['com.example.app:/cb'] }), 'sectorIdentifier'],
    ['a negative default_max_age', web({ defaultMaxAgeSeconds: -1 }), 'defaultMaxAgeSeconds'],
    ['a default acr with a space', web({ defaultAcrValues: ['1 2'] }), 'defaultAcrValues.0'],
    ['a retry window of 11 seconds (REF-4)', web({ refreshRetryWindowSeconds: 11 }), 'refreshRetryWindowSeconds'],
    ['refresh tokens that do not live', web({ refreshTokenLifetimeSeconds: 0 }), 'refreshTokenLifetimeSeconds'],
    ['refresh tokens that rest longer than they live (REF-6)', web({ refreshTokenIdleSeconds: 61, refreshTokenLifetimeSeconds: 60 }), 'refreshTokenIdleSeconds'],
    ['authorization_code without redirect URI (RFC 6749 §3.1.2.2)', web({ redirectUris: [] }), 'redirectUris'],
    ['refresh_token with nothing that gives one', declaredClient({ grantTypes: ['client_credentials', 'refresh_token'] }), 'grantTypes.1'],
    ['offline_access without refresh_token', web({ grantTypes: ['authorization_code'], scope: ['openid', 'offline_access'] }), 'scope.1'],
    ['a public client without PKCE (COD-5)', publicClient({ requireProofKey: false }), 'requireProofKey'],
    ['a public client with the password grant (GEN-10)', publicClient({ grantTypes: ['authorization_code', 'password'] }), 'grantTypes.1'],
    ['a FAPI client that does not push', fapi({ requirePushedAuthorizationRequests: false }), 'requirePushedAuthorizationRequests'],
    ['a FAPI client without PKCE', fapi({ requireProofKey: false }), 'requireProofKey'],
    ['a FAPI client that rotates (FAPI 2.0 Security §5.3.2.1)', fapi({ rotateRefreshTokens: true }), 'rotateRefreshTokens'],
    ['a FAPI client with the password grant', fapi({ grantTypes: ['authorization_code', 'password'] }), 'grantTypes'],
    ['a FAPI client with RS256 (FAPI 2.0 Security §5.4.1)', fapi({ idTokenSigningAlgorithm: 'RS256' }), 'idTokenSigningAlgorithm'],
    ['a FAPI client with RS256 userinfo', fapi({ userinfoSigningAlgorithm: 'RS256' }), 'userinfoSigningAlgorithm'],
    ['a FAPI web client over http', fapi({ redirectUris: ['http://127.0.0.1/cb'] }), 'redirectUris'],
  ])('MUST refuse %s', (_case, client, place) => {
    const { problems, registration } = read(client);
    expect(problems.map((one) => one.path.join('.'))).toEqual([`clients.0.${place}`]);
    expect(problems[0]?.expected).not.toBe('another value');
    expect(registration).toBeUndefined();
  });
});

describe('OIDC Core §5.4, CCR-1 identity scopes belong to clients that act for a user', () => {
  it('need no resource that offers them', async () => {
    expect(actions(await applying().apply([web({ resources: [], scope: ['openid', 'email'] })]))).toContain('create client s6BhdRkqt3');
  });

  it('MUST NOT be declared by a client that acts for itself alone', async () => {
    const applied = await applying().apply([declaredClient({ scope: ['openid'] })]);
    expect(planOf(applied)).toMatchObject([{ path: ['clients', 0, 'scope', 0] }]);
  });
});

describe('Ours: the plan tells what changes in a registration, member by member', () => {
  const stored = () => ({
    clients: [storedClient({ name: 's6BhdRkqt3', grantTypes: ['authorization_code', 'refresh_token'], scope: ['openid', 'orders.read'], registration: ClientRegistration.parse({ redirectUris: [CALLBACK] }) })],
    resources: [storedResource({ name: 'https://api.example.com/orders' })],
  });

  it('is empty when the order of lists alone differs', async () => {
    expect(actions(await applying(stored()).apply([web({ responseModes: ['form_post', 'query'] })]))).toContain('unchanged client s6BhdRkqt3');
  });

  it('names the members by themselves', async () => {
    const applied = await applying(stored()).apply([web({ redirectUris: [CALLBACK, `${CALLBACK}/2`], firstParty: true })]);
    expect(planOf(applied)).toContainEqual({
      action: 'update',
      kind: 'client',
      id: 's6BhdRkqt3',
      changes: [
        { field: 'redirectUris', from: CALLBACK, to: `${CALLBACK} ${CALLBACK}/2` },
        { field: 'firstParty', from: 'false', to: 'true' },
      ],
    });
  });

  it('reads a row of the release before as one that registered nothing', () => {
    expect(ClientRegistration.parse({})).toMatchObject({ redirectUris: [], requireProofKey: true, subjectType: 'public' });
  });
});
