import { ClientId, OAuthError, type ReasonId } from '@tessera/vocabulary';
import { EXAMPLE_KEYS } from '../client-key-set/testing.js';
import { DeclaredClient } from '../declaration/index.js';
import { clientInformation, KEPT_REASONS, METADATA_MEMBERS, readClientMetadata, type RegistrationPolicy } from './index.js';

const ID = ClientId.parse('rc_2iv3d3YcSTm1vE7vTzrWlA');
const CALLBACK = 'https://client.example.org/cb';
const CLOSED: RegistrationPolicy = { responseTypes: ['code'], requireProofKey: true };
const ALL: RegistrationPolicy = { responseTypes: ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'], requireProofKey: false };
const { p256, rsa2048 } = EXAMPLE_KEYS;

/** A web application; a test states only what matters to it. */
const metadata = (members: Record<string, unknown> = {}) => ({ redirect_uris: [CALLBACK], ...members });
const read = (members: Record<string, unknown> = {}, policy = CLOSED) => readClientMetadata(metadata(members), ID, policy);
const refusal = (members: Record<string, unknown>, policy = CLOSED) => {
  try {
    read(members, policy);
  } catch (error) {
    return error;
  }
  return null;
};

describe('RFC 7591 §2, OIDC Registration §2 what a client registers', () => {
  it('has the defaults of the specifications', () => {
    const { record, keys, kept } = read();
    expect(record).toMatchObject({
      clientId: ID,
      name: 'client.example.org',
      enabled: true,
      profile: 'openid',
      authenticationMethod: 'client_secret_basic',
      assertionAlgorithm: null,
      grantTypes: ['authorization_code'],
      scope: ['openid', 'profile', 'email', 'address', 'phone'],
      resources: [],
      jwksUri: null,
      registration: { applicationType: 'web', responseTypes: ['code'], idTokenSigningAlgorithm: 'RS256', subjectType: 'public', requireProofKey: true },
    });
    expect([keys, kept]).toEqual([null, {}]);
  });

  it('is kept, and told as it is', () => {
    const members = {
      redirect_uris: [CALLBACK, 'https://client.example.org/cb2'],
      client_name: 'Shop',
      application_type: 'web',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid email offline_access',
      jwks: { keys: [p256] },
      client_uri: 'https://client.example.org',
      logo_uri: 'https://client.example.org/logo.svg',
      policy_uri: 'https://client.example.org/policy',
      tos_uri: 'https://client.example.org/terms',
      initiate_login_uri: 'https://client.example.org/login',
      post_logout_redirect_uris: ['https://client.example.org/bye'],
      frontchannel_logout_uri: 'https://client.example.org/logged-out',
      frontchannel_logout_session_required: true,
      backchannel_logout_uri: 'https://client.example.org/backchannel',
      backchannel_logout_session_required: true,
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'PS256',
      userinfo_signed_response_alg: 'RS256',
      request_object_signing_alg: 'ES256',
      request_uris: ['https://client.example.org/request#1'],
      require_signed_request_object: true,
      default_max_age: 3_600,
      default_acr_values: ['1'],
      require_pushed_authorization_requests: true,
      contacts: ['ops@client.example.org'],
      software_id: 'a',
      software_version: '1.0',
      require_auth_time: true,
    };
    const { sectorIdentifierUri, ...client } = read(members);
    expect(sectorIdentifierUri).toBeNull();
    const told = clientInformation({ ...client, issuedAt: 1, configurationUrl: 'https://as.example.com/register/x', accessToken: null, secret: null });
    expect(told).toEqual({ ...members, client_id: ID, client_id_issued_at: 1, registration_client_uri: 'https://as.example.com/register/x' });
  });

  it('RFC 7591 §3.2.1 tells a secret with its end, and a token, once', () => {
    const told = clientInformation({ ...read(), issuedAt: 1, configurationUrl: 'u', accessToken: 'a', secret: 's' });
    expect(told).toMatchObject({ client_secret: 's', client_secret_expires_at: 0, registration_access_token: 'a' });
  });

  it('REG-8 is never verified, whatever it says', () => {
    expect(read({ verified: true }).record.registration.verified).toBe(false);
  });

  it('RFC 7592 §2.2 null is the same as nothing', () => {
    expect(read({ client_name: null, logo_uri: null, jwks: null, contacts: null })).toEqual(read());
  });

  it('RFC 7591 §2 keeps of a wider scope what it may have, and tells it', () => {
    expect(read({ scope: 'openid orders.read offline_access email' }).record.scope).toEqual(['openid', 'email']);
    expect(read({ grant_types: ['authorization_code', 'refresh_token'] }).record.scope).toContain('offline_access');
  });

  it('RFC 7517 §5 leaves out keys that are not for us', () => {
    expect(read({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [p256, { ...rsa2048, use: 'enc' }] } }).keys).toHaveLength(1);
  });

  it('OIDC Core §8.1 takes the host of the sector_identifier_uri for the sector', () => {
    const uris = [CALLBACK, 'https://other.example/cb'];
    const { record, sectorIdentifierUri } = read({ redirect_uris: uris, subject_type: 'pairwise', sector_identifier_uri: 'https://sector.example/uris.json' });
    expect(record.registration.sectorIdentifier).toBe('sector.example');
    expect(sectorIdentifierUri).toBe('https://sector.example/uris.json');
  });

  it.each([
    ['id_token', ['implicit']],
    ['token id_token', ['implicit']],
    ['code id_token', ['authorization_code', 'implicit']],
  ])('AUT-3 may register %s where the deployment allows it', (type, grantTypes) => {
    expect(read({ response_types: [type], grant_types: grantTypes }, ALL).record.grantTypes).toEqual(grantTypes);
  });

  it('COD-5 a confidential client may do without PKCE where the deployment says so, a public one never', () => {
    expect(read({}, ALL).record.registration.requireProofKey).toBe(false);
    expect(read({ token_endpoint_auth_method: 'none' }, ALL).record.registration.requireProofKey).toBe(true);
  });

  it('may be a native application', () => {
    const native = { application_type: 'native', token_endpoint_auth_method: 'none', redirect_uris: ['com.example.app:/cb', 'http://127.0.0.1/cb'] };
    expect(read(native).record.registration.applicationType).toBe('native');
  });
});

describe('REG-5 nothing privileged can be registered', () => {
  it('ignores members that are not registered metadata', () => {
    const privileged = {
      client_id: 'admin', first_party: true, firstParty: true, enabled: false, profile: 'fapi2', resources: ['https://api.example.com/orders'], defaultResource: 'x',
      access_token_lifetime_seconds: 86_400, accessTokenLifetimeSeconds: 86_400, managed_by: 'file', managedBy: 'file', verified: true, requireProofKey: false,
      require_pkce: false, sectorIdentifier: 'example.org', rotate_refresh_tokens: false, refresh_token_lifetime_seconds: 1, secret: { digest: 'x' }, client_secret: 'x',
      software_statement: 'x', anything: { deep: [1] }, __proto__: { firstParty: true }, constructor: 'x',
    };
    expect(readClientMetadata(JSON.parse(JSON.stringify(metadata(privileged))) as Record<string, unknown>, ID, CLOSED)).toEqual(read());
    expect(readClientMetadata(JSON.parse(`{"redirect_uris":["${CALLBACK}"],"__proto__":{"client_name":"x"}}`) as Record<string, unknown>, ID, CLOSED)).toEqual(read());
  });

  it('ignores whatever else a declared client may have, by the name it has in a file or in the code', () => {
    const registrable: readonly string[] = Object.values(METADATA_MEMBERS);
    const others = Object.keys(DeclaredClient.shape).filter((name) => !registrable.includes(name));
    expect(others).toEqual(expect.arrayContaining(['firstParty', 'requireProofKey', 'sectorIdentifier', 'rotateRefreshTokens', 'responseModes']));
    const inFiles = others.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    for (const name of [...others, ...inFiles]) for (const value of [true, 1, 'x', ['x']]) expect([name, read({ [name]: value })]).toEqual([name, read()]);
  });

  it.each([
    ['the password grant', ['authorization_code', 'password']],
    ['client_credentials', ['authorization_code', 'client_credentials']],
    ['client_credentials alone', ['client_credentials']],
    ['a grant nobody defined', ['authorization_code', 'urn:example:grant']],
  ])('MUST refuse %s', (_case, grantTypes) => {
    expect(refusal({ grant_types: grantTypes })).toMatchObject({ reason: 'client_registration.grant_types', code: 'invalid_client_metadata', status: 400 });
  });
});

const member = (name: string) => `client_registration.${name}` as ReasonId;

/** What is refused, and the member that is told. */
const REFUSED: readonly [string, Record<string, unknown>, string][] = [
  ['no redirect URI', { redirect_uris: [] }, 'redirect_uris'],
  ['redirect URIs that are no list', { redirect_uris: CALLBACK }, 'redirect_uris'],
  ['a redirect URI that is no text', { redirect_uris: [1] }, 'redirect_uris'],
  ['a redirect URI with a fragment', { redirect_uris: [`${CALLBACK}#x`] }, 'redirect_uris'],
  ['a redirect URI that is relative', { redirect_uris: ['/cb'] }, 'redirect_uris'],
  ['a redirect URI over http', { redirect_uris: ['http://client.example.org/cb'] }, 'redirect_uris'],
  ['a redirect URI with a user name', { redirect_uris: ['https://a@client.example.org/cb'] }, 'redirect_uris'],
  ['a redirect URI with a wildcard', { redirect_uris: ['https://*.example.org/cb'] }, 'redirect_uris'],
  ['a redirect URI with a control character', { redirect_uris: ['https://client.example.org/\tcb'] }, 'redirect_uris'],
  ['a redirect URI with javascript', { redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris'],
  ['a redirect URI with data', { redirect_uris: ['data:text/html,x'], application_type: 'native' }, 'redirect_uris'],
  ['a redirect URI with an upper-case scheme', { redirect_uris: ['HTTPS://client.example.org/cb'] }, 'redirect_uris'],
  ['a redirect URI that takes the code', { redirect_uris: [`${CALLBACK}?code=x`] }, 'redirect_uris'],
  ['a private-use scheme of a web client', { redirect_uris: ['com.example.app:/cb'] }, 'redirect_uris'],
  ['too many redirect URIs', { redirect_uris: Array.from({ length: 101 }, (_, i) => `${CALLBACK}/${i}`) }, 'redirect_uris'],
  ['a name that is no text', { client_name: 1 }, 'client_name'],
  ['a name with a control character', { client_name: 'a\u0007b' }, 'client_name'],
  ['a name that is too long', { client_name: 'x'.repeat(201) }, 'client_name'],
  ['an application type nobody defined', { application_type: 'spa' }, 'application_type'],
  ['a method nobody defined', { token_endpoint_auth_method: 'magic' }, 'token_endpoint_auth_method'],
  ['an algorithm that does not go with the method', { token_endpoint_auth_signing_alg: 'ES256' }, 'token_endpoint_auth_signing_alg'],
  ['an assertion without signature', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [p256] }, token_endpoint_auth_signing_alg: 'none' }, 'token_endpoint_auth_signing_alg'],
  ['grant types that are no list', { grant_types: 'authorization_code' }, 'grant_types'],
  ['no grant type', { grant_types: [] }, 'grant_types'],
  ['refresh_token alone', { grant_types: ['refresh_token'] }, 'grant_types'],
  ['a grant type twice', { grant_types: ['authorization_code', 'authorization_code'] }, 'grant_types'],
  ['implicit that no response type goes with', { grant_types: ['authorization_code', 'implicit'] }, 'grant_types'],
  ['response types that are no list', { response_types: 'code' }, 'response_types'],
  ['no response type', { response_types: [] }, 'response_types'],
  ['a response type nobody defined', { response_types: ['code magic'] }, 'response_types'],
  ['a front-channel response type (AUT-3)', { response_types: ['id_token'], grant_types: ['implicit'] }, 'response_types'],
  ['scope that is no text', { scope: ['openid'] }, 'scope'],
  ['scope with a quote', { scope: 'open"id' }, 'scope'],
  ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
  ['keys that are no set', { jwks: [p256] }, 'jwks'],
  ['a private key (REG-3)', { jwks: { keys: [{ ...p256, d: 'x' }] } }, 'jwks'],
  ['a symmetric key (REG-3)', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'jwks'],
  ['too many keys (REG-3)', { jwks: { keys: Array.from({ length: 21 }, (_, i) => ({ ...p256, kid: String(i) })) } }, 'jwks'],
  ['no key for the algorithm', { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'RS256', jwks: { keys: [p256] } }, 'jwks'],
  ['jwks and jwks_uri (RFC 7591 §2)', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [p256] }, jwks_uri: 'https://client.example.org/jwks' }, 'jwks_uri'],
  ['jwks_uri over http (REG-4)', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://client.example.org/jwks' }, 'jwks_uri'],
  ['jwks_uri with a password (REG-4)', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://a:b@client.example.org/jwks' }, 'jwks_uri'],
  ['a home page that is a script', { client_uri: 'javascript:alert(1)' }, 'client_uri'],
  ['a logo over http', { logo_uri: 'http://client.example.org/logo' }, 'logo_uri'],
  ['a policy that is no URL', { policy_uri: 'our policy' }, 'policy_uri'],
  ['terms with a user name', { tos_uri: 'https://a@client.example.org' }, 'tos_uri'],
  ['initiate_login_uri over http', { initiate_login_uri: 'http://client.example.org/login' }, 'initiate_login_uri'],
  ['initiate_login_uri over http on loopback', { initiate_login_uri: 'http://localhost/login' }, 'initiate_login_uri'],
  ['a post-logout address with a fragment', { post_logout_redirect_uris: ['https://client.example.org/bye#x'] }, 'post_logout_redirect_uris'],
  ['post-logout addresses that are no list', { post_logout_redirect_uris: 'https://client.example.org/bye' }, 'post_logout_redirect_uris'],
  ['a front-channel logout address elsewhere', { frontchannel_logout_uri: 'https://other.example/out' }, 'frontchannel_logout_uri'],
  ['a front-channel logout address over http', { frontchannel_logout_uri: 'http://client.example.org/out' }, 'frontchannel_logout_uri'],
  ['a front-channel logout address that takes sid', { frontchannel_logout_uri: 'https://client.example.org/out?sid=1' }, 'frontchannel_logout_uri'],
  ['a session required without front-channel logout', { frontchannel_logout_session_required: true }, 'frontchannel_logout_session_required'],
  ['a session required that is no boolean', { frontchannel_logout_session_required: 'yes' }, 'frontchannel_logout_session_required'],
  ['a back-channel logout address over http', { backchannel_logout_uri: 'http://client.example.org/out' }, 'backchannel_logout_uri'],
  ['a back-channel logout address with a fragment', { backchannel_logout_uri: 'https://client.example.org/out#x' }, 'backchannel_logout_uri'],
  ['a back-channel session required that is no boolean', { backchannel_logout_session_required: 1 }, 'backchannel_logout_session_required'],
  ['a subject type nobody defined', { subject_type: 'opaque' }, 'subject_type'],
  ['pairwise over two hosts without sector', { subject_type: 'pairwise', redirect_uris: [CALLBACK, 'https://other.example/cb'] }, 'sector_identifier_uri'],
  ['a sector over http', { sector_identifier_uri: 'http://sector.example/uris.json' }, 'sector_identifier_uri'],
  ['a sector that is no text', { sector_identifier_uri: 1 }, 'sector_identifier_uri'],
  ['an ID token without signature', { id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg'],
  ['an ID token with a MAC', { id_token_signed_response_alg: 'HS256' }, 'id_token_signed_response_alg'],
  ['userinfo with an algorithm nobody has', { userinfo_signed_response_alg: 'HS256' }, 'userinfo_signed_response_alg'],
  ['request objects without signature', { request_object_signing_alg: 'none' }, 'request_object_signing_alg'],
  ['request objects without keys', { request_object_signing_alg: 'RS256' }, 'request_object_signing_alg'],
  ['request_uris over http', { request_uris: ['http://client.example.org/request'] }, 'request_uris'],
  ['require_signed_request_object that is no boolean', { require_signed_request_object: 'yes' }, 'require_signed_request_object'],
  ['having to sign request objects, without keys', { require_signed_request_object: true }, 'require_signed_request_object'],
  ['request_uris that are no list', { request_uris: 'https://client.example.org/request' }, 'request_uris'],
  ['a negative default_max_age', { default_max_age: -1 }, 'default_max_age'],
  ['a default_max_age that is text', { default_max_age: '60' }, 'default_max_age'],
  ['require_auth_time that is text', { require_auth_time: 'true' }, 'require_auth_time'],
  ['default_acr_values with a space', { default_acr_values: ['1 2'] }, 'default_acr_values'],
  ['require_pushed_authorization_requests that is text', { require_pushed_authorization_requests: 'no' }, 'require_pushed_authorization_requests'],
  ['contacts that are no list', { contacts: 'me' }, 'contacts'],
  ['too many contacts', { contacts: Array.from({ length: 11 }, () => 'a@example.org') }, 'contacts'],
  ['a software id with a control character', { software_id: 'a\u0001' }, 'software_id'],
  ['a software version that is a number', { software_version: 1 }, 'software_version'],
];

/** IANA, OAuth Dynamic Client Registration Metadata: what a client may send that this provider has no use for. */
const UNUSED = {
  jwks_signed: 'x', software_statement: 'x', tls_client_certificate_bound_access_tokens: true, dpop_bound_access_tokens: true, tls_client_auth_subject_dn: 'CN=x',
  tls_client_auth_san_dns: 'x', tls_client_auth_san_uri: 'https://x.example', tls_client_auth_san_ip: '192.0.2.1', tls_client_auth_san_email: 'a@x.example',
  id_token_encrypted_response_alg: 'RSA-OAEP', id_token_encrypted_response_enc: 'A128GCM', userinfo_encrypted_response_alg: 'RSA-OAEP', userinfo_encrypted_response_enc: 'A128GCM',
  request_object_encryption_alg: 'RSA-OAEP', request_object_encryption_enc: 'A128GCM', authorization_signed_response_alg: 'none', authorization_encrypted_response_alg: 'x',
  authorization_encrypted_response_enc: 'x', introspection_signed_response_alg: 'none', introspection_encrypted_response_alg: 'x', introspection_encrypted_response_enc: 'x',
  authorization_details_types: ['payment'], backchannel_token_delivery_mode: 'push', backchannel_client_notification_endpoint: 'http://x.example',
  backchannel_authentication_request_signing_alg: 'none', backchannel_user_code_parameter: 'yes', use_mtls_endpoint_aliases: 'x', client_registration_types: 'x',
};

describe('RFC 7591 §3.2.2 what is wrong is told by member', () => {
  it('every member that can be registered has a row below', () => {
    const named = new Set(REFUSED.map(([, , name]) => name));
    expect([...Object.keys(METADATA_MEMBERS), ...Object.keys(KEPT_REASONS)].filter((name) => !named.has(name))).toEqual([]);
  });

  it('RFC 7591 §2 what is registered with IANA and unused here is ignored, whatever it says', () => {
    const known = [...Object.keys(METADATA_MEMBERS), ...Object.keys(KEPT_REASONS)];
    expect(Object.keys(UNUSED).filter((name) => known.includes(name))).toEqual([]);
    expect(read(UNUSED)).toEqual(read());
  });

  it.each(REFUSED)('MUST refuse %s', (_case, members, name) => {
    const refused = refusal(members);
    expect(refused).toBeInstanceOf(OAuthError);
    expect(refused).toMatchObject({ reason: member(name), status: 400, code: name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata' });
  });
});
