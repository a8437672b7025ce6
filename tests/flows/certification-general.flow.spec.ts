import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { CertifiedClient, expectErrorJson, inDatabase, measuredBits } from './certification.js';
import { basic, demo, type DemoClient, demoUser, post } from './demo.js';
import { asClient, authorizationUrl, departure, refresh, text, UserAgent, userinfo } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://certification-general.example.org/cb';

let clientOf: (clientId: string) => DemoClient;
let web: CertifiedClient;
beforeAll(async () => {
  const client = (clientId: string) => `
  - client_id: ${clientId}
    client_name: Certified
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, implicit, refresh_token]
    response_types: [code, id_token, code id_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
    rotate_refresh_tokens: true
`;
  const decoupled = `
  - client_id: certified-decoupled
    client_name: Certified
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["urn:openid:params:grant-type:ciba"]
    scope: openid
    backchannel_token_delivery_mode: poll
`;
  clientOf = await declare(`clients:${client('certified')}${client('certified-other')}${decoupled}`);
  web = new CertifiedClient(clientOf('certified'), CALLBACK, 'openid offline_access');
}, 60_000);

const ask = (more: Readonly<Record<string, string | undefined>>) => new UserAgent().open(authorizationUrl({ ...web.request, state: 'st', ...more }));

describe('OpenID certification, general rules', () => {
  it.each([
    ['token', () => asClient(clientOf('certified'), '/token', { grant_type: 'authorization_code', code: 'nothing' }), 400, 'invalid_grant'],
    ['token without credentials', () => post('/token', { grant_type: 'authorization_code', client_id: 'certified', code: 'x' }), 401, 'invalid_client'],
    ['pushed authorization request', () => asClient(clientOf('certified'), '/par', { response_type: 'x' }), 400, ['invalid_request', 'unsupported_response_type']],
    ['pushed authorization request with a wrong secret', () => post('/par', web.request, { authorization: basic(clientOf('certified'), 'no') }), 401, 'invalid_client'],
    ['backchannel authentication', () => asClient(clientOf('certified-decoupled'), '/bc-authorize', { scope: 'openid' }), 400, 'invalid_request'],
    ['backchannel authentication with a wrong secret', () => post('/bc-authorize', { scope: 'openid', login_hint: 'alice' }, { authorization: basic(clientOf('certified-decoupled'), 'no') }), 401, 'invalid_client'],
  ] as const)('Error JSON: %s', async (_case, send, status, error) => {
    expectErrorJson(await send(), status, error);
  });

  it.each([
    ['code: in the query', {}, 'searchParams'],
    ['code id_token: in the fragment', { response_type: 'code id_token', nonce: 'n' }, 'hash'],
    ['id_token: in the fragment', { response_type: 'id_token', nonce: 'n' }, 'hash'],
  ] as const)('Error redirect: %s, with state and iss, without code, nothing else', async (_case, more, where) => {
    const url = departure(await ask({ ...more, prompt: 'none' }));
    const answer = where === 'hash' ? new URLSearchParams(url.hash.slice(1)) : url.searchParams;
    expect([url.search === '', url.hash === '']).toEqual([where === 'hash', where !== 'hash']);
    expect([answer.get('error'), answer.get('state'), answer.get('iss')]).toEqual(['login_required', 'st', demo.issuer]);
    expect([...answer.keys()].filter((name) => !['error', 'error_description', 'error_uri', 'state', 'session_state', 'iss'].includes(name))).toEqual([]);
  });

  it('Authorization code: 128 bits and more, with a measured entropy above 96', async () => {
    const codes = await Promise.all(Array.from({ length: 8 }, () => web.code()));
    expect(codes.map((code) => [code.length, measuredBits(code) > 96])).toEqual(codes.map(() => [43, true]));
  });

  it('Access token, refresh token, request_uri: a measured entropy above 96; a refresh token of printable ASCII', async () => {
    const { body } = await web.tokens({ prompt: 'consent' });
    const pushed = await asClient(clientOf('certified'), '/par', web.request);
    const [access, refreshToken, requestUri] = [String(body['access_token']), String(body['refresh_token']), text(pushed, 'request_uri')];
    expect([access, refreshToken, requestUri].map((one) => measuredBits(one) > 96)).toEqual([true, true, true]);
    expect(refreshToken).toMatch(/^[\x20-\x7E]+$/);
  });

  it('auth_req_id: 43 characters of its alphabet, with a measured entropy above 160; the answer is not stored', async () => {
    const answer = await asClient(clientOf('certified-decoupled'), '/bc-authorize', { scope: 'openid', login_hint: demoUser('bob').username });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(text(answer, 'auth_req_id')).toMatch(/^[A-Za-z0-9_.-]{43}$/);
    expect(measuredBits(text(answer, 'auth_req_id'))).toBeGreaterThan(160);
  });

  it('Token response: 200, JSON, access_token, token_type, expires_in a number', async () => {
    const { status, headers, body } = await web.tokens();
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    expect(body).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 600, id_token: expect.any(String) });
  });

  it('Cache-Control: no-store on token and refresh responses', async () => {
    const tokens = await web.tokens({ prompt: 'consent' });
    const refreshed = await refresh(clientOf('certified'), text(tokens, 'refresh_token'));
    expect([tokens, refreshed].map((one) => [one.status, one.headers.get('cache-control')])).toEqual([[200, 'no-store'], [200, 'no-store']]);
  });

  it('token_type scheme: any letters', async () => {
    const token = text(await web.tokens(), 'access_token');
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) expect((await userinfo(token, { headers: { authorization: `${scheme} ${token}` } })).status).toBe(200);
  });

  it('Code reuse: at once and after 30 seconds 400 invalid_grant; the first access token then gets 401', async () => {
    for (const seconds of [0, 30]) {
      const code = await web.code();
      const first = await web.redeem(code);
      await inDatabase(`UPDATE authorization_code SET redeemed_at = redeemed_at - make_interval(secs => $1), expires_at = expires_at - make_interval(secs => $1) WHERE client_id = 'certified'`, [seconds]);
      expectErrorJson(await web.redeem(code), 400, 'invalid_grant');
      expect((await userinfo(text(first, 'access_token'))).status).toBe(401);
    }
  });

  it('Code of another client: 400 invalid_grant', async () => {
    expectErrorJson(await web.redeem(await web.code(), clientOf('certified-other')), 400, 'invalid_grant');
  });

  it('Code expiry: after 62 seconds 400 invalid_grant', async () => {
    const code = await web.code();
    await inDatabase(`UPDATE authorization_code SET expires_at = expires_at - interval '62 seconds' WHERE client_id = 'certified' AND redeemed_at IS NULL`);
    expectErrorJson(await web.redeem(code), 400, 'invalid_grant');
  });

  it.each([[43, 128], [64, 128], [384, 1_000]])('Nonce and state sizes: a nonce of %i and a state of %i characters come back intact', async (nonceLength, stateLength) => {
    const [nonce, state] = ['n'.repeat(nonceLength), 's'.repeat(stateLength)];
    const response = await web.response({ nonce, state });
    expect(response.get('state')).toBe(state);
    const { payload } = await jwtVerify(text(await web.redeem(response.get('code') ?? ''), 'id_token'), createRemoteJWKSet(new URL(`${demo.issuer}/jwks`)));
    expect(payload['nonce']).toBe(nonce);
  });
});

describe('OpenID certification, TLS of the endpoints', () => {
  /** The protocol and suite of a connection, or null when there is none. */
  async function handshake(options: ConnectionOptions): Promise<string | null> {
    const { hostname, port } = new URL(demo.issuer);
    const socket = connect({ host: hostname, port: Number(port), servername: hostname, rejectUnauthorized: false, ...options });
    try {
      await once(socket, 'secureConnect');
      return `${socket.getProtocol()} ${socket.getCipher().standardName}`;
    } catch {
      return null;
    } finally {
      socket.destroy();
    }
  }

  it('TLS: 1.3 is chosen where both are offered; 1.2 has the two suites that every profile allows; 1.0 and 1.1 are refused', async () => {
    expect(await handshake({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' })).toMatch(/^TLSv1\.3 /);
    const suites = ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305', 'DHE-RSA-AES128-GCM-SHA256', 'AES128-GCM-SHA256'];
    const served = await Promise.all(suites.map((ciphers) => handshake({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers })));
    expect(served).toEqual(['TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', null, null, null, null]);
    for (const version of ['TLSv1', 'TLSv1.1'] as const) expect(await handshake({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' })).toBeNull();
  });
});

describe('OpenID certification, discovery and keys', () => {
  let metadata: Record<string, unknown>;
  const list = (member: string) => metadata[member] as string[];
  beforeAll(async () => {
    const response = await fetch(`${demo.issuer}/.well-known/openid-configuration`, { redirect: 'error' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    metadata = (await response.json()) as Record<string, unknown>;
  });

  it('Response and issuer: the discovery URL without its suffix', () => {
    expect(metadata['issuer']).toBe(demo.issuer);
  });

  it('Schema: members have the types of RFC 8414 §2 and OIDC Discovery §3, and registered names', () => {
    const kinds = Object.entries(metadata).map(([name, value]) => [name, Array.isArray(value) ? 'list' : typeof value]);
    const expected = kinds.map(([name]) => [name, /_supported$|_signing_alg_values_supported$/.test(String(name)) && !BOOLEANS.has(String(name)) ? 'list' : BOOLEANS.has(String(name)) ? 'boolean' : 'string']);
    expect(kinds).toEqual(expected);
    expect(Object.keys(metadata).filter((name) => !REGISTERED.has(name))).toEqual([]);
  });

  it('Endpoints: every one over https, below the issuer', () => {
    expect(demo.issuer).toMatch(/^https:\/\//);
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$|^check_session_iframe$/.test(name));
    expect(endpoints.filter(([, url]) => !String(url).startsWith(`${demo.issuer}/`))).toEqual([]);
  });

  it.each([
    ['response_types_supported', ['code', 'id_token', 'id_token token']],
    ['grant_types_supported', ['authorization_code', 'implicit', 'refresh_token']],
    ['subject_types_supported', ['public', 'pairwise']],
    ['id_token_signing_alg_values_supported', ['RS256', 'PS256', 'ES256', 'EdDSA']],
    ['token_endpoint_auth_methods_supported', ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt']],
    ['token_endpoint_auth_signing_alg_values_supported', ['PS256', 'ES256', 'EdDSA', 'RS256']],
    ['request_object_signing_alg_values_supported', ['RS256', 'PS256', 'ES256']],
    ['scopes_supported', ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']],
    ['claims_supported', ['sub', 'name', 'email', 'address', 'phone_number', 'acr', 'auth_time']],
    ['userinfo_signing_alg_values_supported', ['RS256', 'PS256', 'ES256']],
    ['code_challenge_methods_supported', ['S256']],
    ['response_modes_supported', ['query', 'fragment', 'form_post']],
  ])('%s', (member, values) => {
    expect(list(member)).toEqual(expect.arrayContaining(values));
    if (member.endsWith('alg_values_supported')) expect(list(member)).not.toContain('none');
  });

  it.each([
    ['request_parameter_supported', true],
    ['claims_parameter_supported', true],
    ['authorization_response_iss_parameter_supported', true],
    ['request_uri_parameter_supported', expect.any(Boolean)],
    ['require_pushed_authorization_requests', false],
  ])('%s', (member, value) => {
    expect(metadata[member]).toEqual(value);
  });

  it('ui_locales_supported: BCP 47 in canonical letters', () => {
    expect(list('ui_locales_supported').map((tag) => Intl.getCanonicalLocales(tag)[0])).toEqual(list('ui_locales_supported'));
  });

  it('JWKS: a kid each, no private or symmetric member, RSA of 2048 bits or more; the kid of an ID token selects one', async () => {
    const { keys } = (await (await fetch(String(metadata['jwks_uri']))).json()) as { keys: Record<string, string>[] };
    expect(new Set(keys.map((key) => key['kid'])).size).toBe(keys.length);
    expect(keys.flatMap((key) => Object.keys(key).filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].includes(member)))).toEqual([]);
    expect(keys.filter((key) => key['kty'] === 'RSA' && Buffer.from(key['n'] ?? '', 'base64url').length < 256)).toEqual([]);
    const idToken = text(await web.tokens(), 'id_token');
    const { kid } = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString());
    expect(keys.filter((key) => key['kid'] === kid)).toHaveLength(1);
  });
});

const BOOLEANS = new Set([
  'authorization_response_iss_parameter_supported', 'request_parameter_supported', 'request_uri_parameter_supported', 'require_request_uri_registration',
  'require_pushed_authorization_requests', 'claims_parameter_supported', 'backchannel_logout_supported', 'backchannel_logout_session_supported',
  'frontchannel_logout_supported', 'frontchannel_logout_session_supported', 'backchannel_user_code_parameter_supported',
]);

/** IANA OAuth Authorization Server Metadata, as far as this provider publishes. */
const REGISTERED = new Set([
  ...BOOLEANS, 'issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'registration_endpoint', 'scopes_supported', 'response_types_supported',
  'response_modes_supported', 'grant_types_supported', 'token_endpoint_auth_methods_supported', 'token_endpoint_auth_signing_alg_values_supported',
  'ui_locales_supported', 'revocation_endpoint', 'revocation_endpoint_auth_methods_supported', 'revocation_endpoint_auth_signing_alg_values_supported',
  'introspection_endpoint', 'introspection_endpoint_auth_methods_supported', 'introspection_endpoint_auth_signing_alg_values_supported',
  'code_challenge_methods_supported', 'pushed_authorization_request_endpoint', 'request_object_signing_alg_values_supported', 'userinfo_endpoint',
  'end_session_endpoint', 'check_session_iframe', 'subject_types_supported', 'id_token_signing_alg_values_supported', 'userinfo_signing_alg_values_supported',
  'acr_values_supported', 'prompt_values_supported', 'display_values_supported', 'claim_types_supported', 'claims_supported',
  'device_authorization_endpoint', 'backchannel_authentication_endpoint', 'backchannel_token_delivery_modes_supported',
  'backchannel_authentication_request_signing_alg_values_supported',
]);
