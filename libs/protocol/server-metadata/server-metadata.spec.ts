import { endpointUrl, issuerPath, metadataPaths } from '../edge/index.js';
import { authorizationServerMetadata, type MetadataDocument, openidProviderMetadata } from './index.js';

const ISSUER = 'https://as.example.com';
const OFF = { passwordGrant: false, requirePushedAuthorizationRequests: false, requestUri: false, clientRegistration: false };
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
  const document = metadata(ISSUER, OFF);

  it('MUST name the issuer exactly as configured', () => {
    expect(document['issuer']).toBe(ISSUER);
  });

  it.each([
    ['authorization_endpoint', 'https://as.example.com/authorize'],
    ['pushed_authorization_request_endpoint', 'https://as.example.com/par'],
    ['token_endpoint', 'https://as.example.com/token'],
    ['introspection_endpoint', 'https://as.example.com/introspect'],
    ['revocation_endpoint', 'https://as.example.com/revoke'],
    ['jwks_uri', 'https://as.example.com/jwks'],
  ])('publishes %s below the issuer', (member, url) => {
    expect(document[member]).toBe(url);
  });

  it('KEY-2 lists what works in this release', () => {
    expect(document).toMatchObject({
      grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba'],
      response_types_supported: ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      require_request_uri_registration: true,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      device_authorization_endpoint: `${ISSUER}/device_authorization`,
      backchannel_authentication_endpoint: `${ISSUER}/bc-authorize`,
      backchannel_token_delivery_modes_supported: ['poll', 'ping', 'push'],
      backchannel_authentication_request_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256']),
      backchannel_user_code_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      require_pushed_authorization_requests: false,
      scopes_supported: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    });
  });

  it('RFC 7591 §3 names the registration endpoint where there is one (REG-1)', () => {
    expect(document['registration_endpoint']).toBeUndefined();
    expect(metadata(ISSUER, { ...OFF, clientRegistration: true })['registration_endpoint']).toBe('https://as.example.com/register');
  });

  it('KEY-2 lists nothing else', () => {
    expect(Object.keys(document).filter((member) => /^registration|dpop|tls_client/.test(member))).toEqual([]);
  });

  it('GEN-10 lists the password grant only where it is switched on', () => {
    expect(list(metadata(ISSUER, { ...OFF, passwordGrant: true }), 'grant_types_supported')).toContain('password');
    expect(list(document, 'grant_types_supported')).not.toContain('password');
  });

  it('RFC 9126 §5 says where every request has to be pushed', () => {
    expect(metadata(ISSUER, { ...OFF, requirePushedAuthorizationRequests: true })['require_pushed_authorization_requests']).toBe(true);
  });

  it('RFC 8414 §2 MUST NOT list none among the signing algorithms', () => {
    const algorithms = Object.entries(document).filter(([member]) => member.endsWith('_alg_values_supported'));
    expect(algorithms.length).toBeGreaterThan(0);
    expect(algorithms.flatMap(([, values]) => values)).not.toContain('none');
  });

  it('RFC 7009 §2.1, TOK-1, TOK-5: a public client may ask for tokens and revoke them, and may not introspect', () => {
    const open = Object.entries(document).filter(([member, values]) => member.endsWith('_methods_supported') && Array.isArray(values) && values.includes('none'));
    expect(open.map(([member]) => member)).toEqual(['token_endpoint_auth_methods_supported', 'revocation_endpoint_auth_methods_supported']);
  });

  it('RFC 8414 §2 MUST give the signing algorithms where an assertion method is listed', () => {
    const methods = Object.keys(document).filter((member) => member.endsWith('_auth_methods_supported'));
    const expected = methods.map((member) => member.replace('_auth_methods_', '_auth_signing_alg_values_'));
    expect(expected.map((member) => list(document, member).includes('ES256'))).toEqual([true, true, true]);
  });
});

describe('OIDC Discovery §3 what is about people', () => {
  const document = openidProviderMetadata(ISSUER, OFF);

  it('REQUIRED members and endpoints are there', () => {
    expect(document).toMatchObject({
      userinfo_endpoint: 'https://as.example.com/userinfo',
      end_session_endpoint: 'https://as.example.com/end_session',
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      subject_types_supported: ['public', 'pairwise'],
      acr_values_supported: ['1'],
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      display_values_supported: ['page'],
      ui_locales_supported: ['en'],
      claims_parameter_supported: true,
    });
    expect(list(document, 'id_token_signing_alg_values_supported')).toContain('RS256');
    expect(list(document, 'userinfo_signing_alg_values_supported')).toContain('RS256');
  });

  it('OIDC Core §5.1 lists every standard claim', () => {
    const profile = ['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'];
    const others = ['sub', 'email', 'email_verified', 'phone_number', 'phone_number_verified', 'address'];
    expect(list(document, 'claims_supported')).toEqual(expect.arrayContaining([...profile, ...others]));
  });

  it('Front-Channel Logout §3, Session Management §3.3 what clients are told of a logout in the browser', () => {
    expect(document).toMatchObject({ frontchannel_logout_supported: true, frontchannel_logout_session_supported: true, check_session_iframe: 'https://as.example.com/check_session' });
    expect(openidProviderMetadata('http://localhost:3000', OFF)['check_session_iframe']).toBeUndefined();
  });

  it('PAR-7 says whether request_uri is supported, because its default is true', () => {
    expect(document['request_uri_parameter_supported']).toBe(false);
    expect(openidProviderMetadata(ISSUER, { ...OFF, requestUri: true })['request_uri_parameter_supported']).toBe(true);
  });
});

function list(document: MetadataDocument, member: string): readonly unknown[] {
  const value = document[member];
  return Array.isArray(value) ? value : [];
}

describe('RFC 8628 §4 the device flow in the metadata', () => {
  it.each([authorizationServerMetadata, openidProviderMetadata])('names its endpoint and its grant type', (document) => {
    const metadata = document(ISSUER, OFF);
    expect(metadata['device_authorization_endpoint']).toBe(`${ISSUER}/device_authorization`);
    expect(metadata['grant_types_supported']).toContain('urn:ietf:params:oauth:grant-type:device_code');
  });
});
