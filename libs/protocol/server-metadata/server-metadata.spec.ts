import {
  authorizationServerMetadata,
  endpointUrl,
  issuerPath,
  type MetadataDocument,
  metadataPaths,
  openidProviderMetadata,
} from './index.js';

const ISSUER = 'https://as.example.com';
const WITH_PATH = 'https://example.com/tenant/one';

describe('RFC 8414 §3.1, §5 and OIDC Discovery §4.1 where a document is found', () => {
  it('is at the well-known path of an issuer without a path, once', () => {
    expect(metadataPaths(ISSUER, 'authorizationServer')).toEqual(['/.well-known/oauth-authorization-server']);
    expect(metadataPaths(ISSUER, 'openidProvider')).toEqual(['/.well-known/openid-configuration']);
  });

  it('MUST be found with the well-known component inserted before the path of the issuer, and appended to it', () => {
    expect(metadataPaths(WITH_PATH, 'authorizationServer')).toEqual([
      '/.well-known/oauth-authorization-server/tenant/one',
      '/tenant/one/.well-known/oauth-authorization-server',
    ]);
    expect(metadataPaths(WITH_PATH, 'openidProvider')).toEqual([
      '/.well-known/openid-configuration/tenant/one',
      '/tenant/one/.well-known/openid-configuration',
    ]);
  });

  it('Ours: keeps every endpoint below the path of the issuer', () => {
    expect(issuerPath(ISSUER)).toBe('');
    expect(issuerPath(WITH_PATH)).toBe('/tenant/one');
    expect(endpointUrl(WITH_PATH, 'token')).toBe('https://example.com/tenant/one/token');
  });
});

describe.each([
  ['RFC 8414 §2', authorizationServerMetadata],
  ['OIDC Discovery §3', openidProviderMetadata],
])('%s the document', (_specification, metadata) => {
  const document = metadata(ISSUER);

  it('MUST name the issuer exactly as configured', () => {
    expect(document['issuer']).toBe(ISSUER);
  });

  it.each([
    ['token_endpoint', 'https://as.example.com/token'],
    ['introspection_endpoint', 'https://as.example.com/introspect'],
    ['revocation_endpoint', 'https://as.example.com/revoke'],
    ['jwks_uri', 'https://as.example.com/jwks'],
  ])('publishes %s below the issuer', (member, url) => {
    expect(document[member]).toBe(url);
  });

  it('KEY-2 lists only what works in this release', () => {
    expect(document).toMatchObject({
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
    });
    expect(Object.keys(document)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/authorization_endpoint|userinfo|registration|pushed|device|backchannel|dpop|scopes|code_challenge/)]),
    );
  });

  it('RFC 8414 §2 MUST NOT list none among the signing algorithms', () => {
    const algorithms = Object.entries(document).filter(([member]) => member.endsWith('_alg_values_supported'));
    expect(algorithms.length).toBeGreaterThan(0);
    expect(algorithms.flatMap(([, values]) => values)).not.toContain('none');
  });

  it('RFC 7009 §2.1, TOK-5: a public client may revoke, and may neither introspect nor ask for a token', () => {
    const open = Object.entries(document).filter(([, values]) => Array.isArray(values) && values.includes('none'));
    expect(open.map(([member]) => member)).toEqual(['revocation_endpoint_auth_methods_supported']);
  });

  it('RFC 8414 §2 MUST give the signing algorithms where an assertion method is listed', () => {
    const methods = Object.keys(document).filter((member) => member.endsWith('_auth_methods_supported'));
    const expected = methods.map((member) => member.replace('_auth_methods_', '_auth_signing_alg_values_'));
    expect(expected.map((member) => list(document, member).includes('ES256'))).toEqual([true, true, true]);
  });
});

describe('OIDC Discovery §3 members whose absence would say something untrue', () => {
  it('says that request_uri is not supported, because its default is true', () => {
    expect(openidProviderMetadata(ISSUER)['request_uri_parameter_supported']).toBe(false);
  });
});

function list(document: MetadataDocument, member: string): readonly unknown[] {
  const value = document[member];
  return Array.isArray(value) ? value : [];
}
