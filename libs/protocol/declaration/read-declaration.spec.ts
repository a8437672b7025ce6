import { ClientRegistration } from '../client/index.js';
import { EXAMPLE_KEYS } from '../client-key-set/testing.js';
import { readDeclaration } from './index.js';
import { declaredClient, declaredResource, DIGEST, ORDERS } from './testing.js';

const { p256, rsa2048 } = EXAMPLE_KEYS;
const read = (clients: Record<string, unknown>[], resources: Record<string, unknown>[] = []) =>
  readDeclaration({ clients, resources });
const withKeys = (overrides: Record<string, unknown> = {}) =>
  declaredClient({ secret: undefined, authenticationMethod: 'private_key_jwt', jwks: { keys: [p256] }, ...overrides });

/** A path as a person would write it. */
const at = (problems: readonly { readonly path: readonly (string | number)[] }[]) => problems.map((one) => one.path.join('.'));

describe('RFC 7591 §2 a declared client and its defaults', () => {
  it('is client_secret_basic unless it says otherwise, and named by its id', () => {
    const { clients, problems } = read([declaredClient()]);
    expect(problems).toEqual([]);
    expect(clients[0]?.thing.record).toEqual({
      clientId: 's6BhdRkqt3',
      name: 's6BhdRkqt3',
      enabled: true,
      profile: 'openid',
      authenticationMethod: 'client_secret_basic',
      assertionAlgorithm: null,
      grantTypes: ['client_credentials'],
      scope: ['orders.read'],
      resources: [ORDERS],
      defaultResource: ORDERS,
      accessTokenLifetimeSeconds: null,
      jwksUri: null,
      registration: ClientRegistration.parse({}),
    });
  });

  it.each([
    ['the only resource', { resources: [ORDERS] }, ORDERS],
    ['none of several', { resources: [ORDERS, 'https://api.example.com/b'] }, null],
    ['none when it says so', { resources: [ORDERS], defaultResource: null }, null],
    [
      'the one it names',
      { resources: [ORDERS, 'https://api.example.com/b'], defaultResource: 'https://api.example.com/b' },
      'https://api.example.com/b',
    ],
  ])('Ours: the default resource is %s', (_case, members, expected) => {
    expect(read([declaredClient(members)]).clients[0]?.thing.record.defaultResource).toBe(expected);
  });

  it.each([
    ['client_secret_basic', { secret: { mode: 'if_none', digest: DIGEST } }, null],
    ['client_secret_post', { secret: { mode: 'exact', digest: DIGEST, overlapSeconds: 60 } }, null],
    ['client_secret_jwt', { secret: { mode: 'if_none', sealed: 'a.b.c.d.e' } }, 'HS256'],
    ['private_key_jwt', { secret: undefined, jwks: { keys: [p256] } }, 'ES256'],
    ['none', { secret: undefined, grantTypes: [] }, null],
  ])('accepts %s', (authenticationMethod, members, assertionAlgorithm) => {
    const { clients, problems } = read([declaredClient({ authenticationMethod, ...members })]);
    expect(problems).toEqual([]);
    expect(clients[0]?.thing.record).toMatchObject({ authenticationMethod, assertionAlgorithm });
  });

  it.each([
    ['a jwks_uri', withKeys({ jwks: undefined, jwksUri: 'https://client.example.com/jwks' })],
    ['a key set for RS256', withKeys({ assertionAlgorithm: 'RS256', jwks: { keys: [rsa2048] } })],
    ['a FAPI 2 client', withKeys({ profile: 'fapi2' })],
    ['a client that only introspects', declaredClient({ grantTypes: [], scope: [], resources: [] })],
    ['a secret declared nowhere yet', declaredClient({ secret: undefined })],
    ['members of a newer release', declaredClient({ softwareStatement: 'eyJ' })],
  ])('accepts %s', (_case, declared) => {
    expect(read([declared]).problems).toEqual([]);
  });
});

describe('Ours: every member of a client is checked, and the place of what is wrong is told', () => {
  it.each([
    ['no id', { clientId: undefined }, 'clientId'],
    ['an empty id', { clientId: '' }, 'clientId'],
    ['an id of 129 characters', { clientId: 'c'.repeat(129) }, 'clientId'],
    ['an id outside ASCII', { clientId: 'clïent' }, 'clientId'],
    ['an id that is a number', { clientId: 7 }, 'clientId'],
    ['an empty name', { name: '' }, 'name'],
    ['a name with a line break', { name: 'a\nb' }, 'name'],
    ['a name of 201 characters', { name: 'n'.repeat(201) }, 'name'],
    ['enabled that is text', { enabled: 'yes' }, 'enabled'],
    ['an unknown profile', { profile: 'fapi3' }, 'profile'],
    ['an unknown method', { authenticationMethod: 'client_secret_basik' }, 'authenticationMethod'],
    ['a method of a later release', { authenticationMethod: 'tls_client_auth' }, 'authenticationMethod'],
    ['the algorithm none', { assertionAlgorithm: 'none' }, 'assertionAlgorithm'],
    ['no grant types', { grantTypes: undefined }, 'grantTypes'],
    ['a grant type that does not exist yet', { grantTypes: ['implicit'] }, 'grantTypes.0'],
    ['grant types in one text', { grantTypes: 'client_credentials' }, 'grantTypes'],
    ['a grant type twice', { grantTypes: ['client_credentials', 'client_credentials'] }, 'grantTypes.1'],
    ['a scope with a space', { scope: ['a b'] }, 'scope.0'],
    ['a scope with a quote', { scope: ['orders.read', 'a"b'] }, 'scope.1'],
    ['an empty scope', { scope: [''] }, 'scope.0'],
    ['101 scopes', { scope: Array.from({ length: 101 }, (_, index) => `s${index}`) }, 'scope'],
    ['a scope twice', { scope: ['orders.read', 'orders.read'] }, 'scope.1'],
    ['a resource twice', { resources: [ORDERS, ORDERS] }, 'resources.1'],
    ['101 resources', { resources: Array.from({ length: 101 }, (_, index) => `https://a.example/${index}`) }, 'resources'],
    ['a default resource it does not have', { defaultResource: 'https://api.example.com/other' }, 'defaultResource'],
    ['a lifetime of zero', { accessTokenLifetimeSeconds: 0 }, 'accessTokenLifetimeSeconds'],
    ['a lifetime above a day', { accessTokenLifetimeSeconds: 86_401 }, 'accessTokenLifetimeSeconds'],
    ['a lifetime with a fraction', { accessTokenLifetimeSeconds: 1.5 }, 'accessTokenLifetimeSeconds'],
    ['a lifetime that is text', { accessTokenLifetimeSeconds: '600' }, 'accessTokenLifetimeSeconds'],
    ['a secret in clear', { secret: 'gX1fBat3bV' }, 'secret'],
    ['a digest that is none', { secret: { mode: 'if_none', digest: 'gX1fBat3bV' } }, 'secret.digest'],
    ['an unknown mode of a secret', { secret: { mode: 'always', digest: DIGEST } }, 'secret.mode'],
    [
      'an overlap above 30 days',
      { secret: { mode: 'exact', digest: DIGEST, overlapSeconds: 2_592_001 } },
      'secret.overlapSeconds',
    ],
  ])('MUST refuse %s', (_case, members, place) => {
    const { problems, clients } = read([declaredClient(members)]);
    expect(at(problems)).toEqual([`clients.0.${place}`]);
    expect(clients).toEqual([]);
  });

  it('tells everything that is wrong at once', () => {
    expect(at(read([declaredClient({ clientId: '', enabled: 'yes', scope: ['a b'] })]).problems)).toEqual([
      'clients.0.clientId',
      'clients.0.enabled',
      'clients.0.scope.0',
    ]);
  });

  it('says what is missing, what is not acceptable and what is expected', () => {
    expect(read([declaredClient({ clientId: undefined, authenticationMethod: 'basic' })]).problems).toEqual([
      { path: ['clients', 0, 'clientId'], message: 'is missing', expected: '1 to 128 printable ASCII characters' },
      {
        path: ['clients', 0, 'authenticationMethod'],
        message: '"basic" is not acceptable',
        expected: 'one of client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, none',
      },
    ]);
  });

  it('MUST NOT repeat a secret that was written where a digest belongs', () => {
    const { problems } = read([declaredClient({ secret: { mode: 'if_none', digest: 'hunter2' } })]);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

describe('Ours (CLI-1, CLI-3, CLI-4, REG-3): a client has what its method needs and nothing else', () => {
  it.each([
    ['an assertion algorithm without assertions', declaredClient({ assertionAlgorithm: 'ES256' }), 'assertionAlgorithm'],
    [
      'a public key algorithm for a shared secret',
      declaredClient({
        authenticationMethod: 'client_secret_jwt',
        assertionAlgorithm: 'ES256',
        secret: { mode: 'if_none', sealed: 'a.b.c.d.e' },
      }),
      'assertionAlgorithm',
    ],
    ['a shared secret algorithm for public keys', withKeys({ assertionAlgorithm: 'HS256' }), 'assertionAlgorithm'],
    ['private_key_jwt without keys', withKeys({ jwks: undefined }), ''],
    ['jwks and jwks_uri together', withKeys({ jwksUri: 'https://client.example.com/jwks' }), 'jwksUri'],
    ['a jwks_uri that is not https', withKeys({ jwks: undefined, jwksUri: 'http://client.example.com/jwks' }), 'jwksUri'],
    ['a jwks_uri with credentials', withKeys({ jwks: undefined, jwksUri: 'https://u:p@client.example.com/jwks' }), 'jwksUri'],
    ['a key set that is none', withKeys({ jwks: [p256] }), 'jwks'],
    ['a private key', withKeys({ jwks: { keys: [{ ...p256, d: 'AQAB' }] } }), 'jwks.keys.0.d'],
    [
      'a key that is too small',
      withKeys({ assertionAlgorithm: 'RS256', jwks: { keys: [{ ...rsa2048, n: 'AQAB' }] } }),
      'jwks.keys.0.n',
    ],
    ['an empty key set', withKeys({ jwks: { keys: [] } }), 'jwks.keys'],
    ['no key for the algorithm', withKeys({ jwks: { keys: [rsa2048] } }), 'jwks.keys'],
    ['several keys without kid', withKeys({ jwks: { keys: [p256, { ...p256, kid: undefined }] } }), 'jwks.keys'],
    ['a secret beside keys', withKeys({ secret: { mode: 'if_none', digest: DIGEST } }), 'secret'],
    [
      'a sealed secret of a client that presents it',
      declaredClient({ secret: { mode: 'if_none', sealed: 'a.b.c.d.e' } }),
      'secret',
    ],
    ['a digest for a client that signs with it', declaredClient({ authenticationMethod: 'client_secret_jwt' }), 'secret'],
    [
      'a digest and a sealed value',
      declaredClient({ secret: { mode: 'if_none', digest: DIGEST, sealed: 'a.b.c.d.e' } }),
      'secret',
    ],
    ['neither digest nor sealed value', declaredClient({ secret: { mode: 'if_none' } }), 'secret'],
    ['a secret of a public client', declaredClient({ authenticationMethod: 'none', grantTypes: [] }), 'secret'],
    ['a FAPI profile with a secret', declaredClient({ profile: 'fapi2' }), 'authenticationMethod'],
    [
      'a FAPI profile as a public client',
      declaredClient({ profile: 'fapi1-advanced', authenticationMethod: 'none', grantTypes: [], secret: undefined }),
      'authenticationMethod',
    ],
    [
      'a FAPI profile with RS256',
      withKeys({ profile: 'fapi2', assertionAlgorithm: 'RS256', jwks: { keys: [rsa2048] } }),
      'assertionAlgorithm',
    ],
    [
      'FAPI-CIBA with EdDSA',
      withKeys({ profile: 'fapi-ciba', assertionAlgorithm: 'EdDSA', jwks: { keys: [EXAMPLE_KEYS.ed25519] } }),
      'assertionAlgorithm',
    ],
  ])('MUST refuse %s', (_case, declared, place) => {
    expect(at(read([declared]).problems)).toEqual([place === '' ? 'clients.0' : `clients.0.${place}`]);
  });
});

describe('RFC 6749 §4.4 client_credentials is for confidential clients', () => {
  it('MUST refuse a public client with client_credentials', () => {
    const { problems } = read([declaredClient({ authenticationMethod: 'none', secret: undefined })]);
    expect(problems).toEqual([
      {
        path: ['clients', 0, 'grantTypes', 0],
        message: 'a public client cannot use client_credentials',
        expected: 'a client that authenticates (RFC 6749 §4.4)',
      },
    ]);
  });

  it('Ours: a client that could never get a token has no resource', () => {
    expect(at(read([declaredClient({ resources: [], scope: [] })]).problems)).toEqual(['clients.0.resources']);
  });
});

describe('RFC 8707 §2 a declared resource', () => {
  it('has JWT access tokens signed with ES256 unless it says otherwise', () => {
    expect(read([], [declaredResource()]).resources[0]?.thing).toEqual({
      identifier: ORDERS,
      name: ORDERS,
      enabled: true,
      scope: ['orders.read', 'orders.write'],
      tokenFormat: 'jwt',
      accessTokenLifetimeSeconds: null,
      signingAlgorithm: 'ES256',
      introspectedBy: [],
    });
  });

  it.each([
    ['no identifier', { identifier: undefined }, 'identifier'],
    ['a relative identifier', { identifier: '/orders' }, 'identifier'],
    ['an identifier with a fragment', { identifier: `${ORDERS}#a` }, 'identifier'],
    ['an identifier with a space', { identifier: 'https://api.example.com/or ders' }, 'identifier'],
    ['an identifier of 513 characters', { identifier: `urn:${'a'.repeat(509)}` }, 'identifier'],
    ['an unknown token format', { tokenFormat: 'paseto' }, 'tokenFormat'],
    ['an unknown algorithm', { signingAlgorithm: 'HS256' }, 'signingAlgorithm'],
    ['an algorithm for opaque tokens', { tokenFormat: 'opaque', signingAlgorithm: 'ES256' }, 'signingAlgorithm'],
    ['a malformed scope', { scope: ['a b'] }, 'scope.0'],
    ['a scope twice', { scope: ['a', 'a'] }, 'scope.1'],
    ['the scope openid', { scope: ['openid'] }, 'scope.0'],
    ['the scope offline_access', { scope: ['a', 'offline_access'] }, 'scope.1'],
    ['a lifetime of zero', { accessTokenLifetimeSeconds: 0 }, 'accessTokenLifetimeSeconds'],
    ['a malformed client id', { introspectedBy: [''] }, 'introspectedBy.0'],
    ['a client twice', { introspectedBy: ['rs', 'rs'] }, 'introspectedBy.1'],
    ['enabled that is a number', { enabled: 1 }, 'enabled'],
  ])('MUST refuse %s', (_case, members, place) => {
    expect(at(read([], [declaredResource(members)]).problems)).toEqual([`resources.0.${place}`]);
  });
});

describe('Ours: an id is declared once', () => {
  it('MUST refuse a client and a resource that are declared twice, at the second place', () => {
    const { problems } = read([declaredClient(), declaredClient()], [declaredResource(), declaredResource()]);
    expect(at(problems)).toEqual(['resources.1.identifier', 'clients.1.clientId']);
  });

  it('does not count missing ids as the same', () => {
    expect(at(read([declaredClient({ clientId: undefined }), declaredClient({ clientId: undefined })]).problems)).toEqual([
      'clients.0.clientId',
      'clients.1.clientId',
    ]);
  });
});
