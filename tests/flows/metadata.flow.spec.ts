import { demo } from './demo.js';

const get = async (path: string) => {
  const response = await fetch(`${demo.issuer}${path}`);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
};

describe.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])('RFC 8414 §3.2 %s', (path) => {
  it('names the issuer it was asked at', async () => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body['issuer']).toBe(demo.issuer);
  });

  it('KEY-1 is not moved by request headers', async () => {
    const response = await fetch(`${demo.issuer}${path}`, { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' } });
    expect(((await response.json()) as Record<string, unknown>)['issuer']).toBe(demo.issuer);
  });

  it('KEY-2 lists endpoints that answer, under the issuer', async () => {
    const { body } = await get(path);
    const endpoints = Object.entries(body).filter(([name]) => name.endsWith('_endpoint'));
    const both = ['authorization_endpoint', 'backchannel_authentication_endpoint', 'device_authorization_endpoint', 'introspection_endpoint', 'pushed_authorization_request_endpoint', 'revocation_endpoint', 'token_endpoint'];
    const openid = ['end_session_endpoint', 'userinfo_endpoint'];
    expect(endpoints.map(([name]) => name).sort()).toEqual([...both, ...(path.endsWith('openid-configuration') ? openid : [])].sort());
    for (const [name, url] of endpoints) {
      const answer = await fetch(String(url), { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
      // With nothing to end there is nobody to sign out: that is an answer, and no error.
      expect([name, [400, 401].includes(answer.status) || (name === 'end_session_endpoint' && answer.status === 200)]).toEqual([name, true]);
    }
  });

  it('KEY-2 lists what works: grants, response types and modes, methods, and whether iss comes back', async () => {
    const { body } = await get(path);
    expect(body).toMatchObject({
      grant_types_supported: [
        'authorization_code', 'implicit', 'refresh_token', 'client_credentials', 'password', 'urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba',
      ],
      response_types_supported: ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      require_pushed_authorization_requests: false,
    });
    expect(body['token_endpoint_auth_methods_supported']).toContain('none');
    expect(body['introspection_endpoint_auth_methods_supported']).not.toContain('none');
    for (const list of Object.entries(body).filter(([name]) => /alg_values_supported$/.test(name))) expect(list[1]).not.toContain('none');
  });
});

describe('OIDC Discovery §3 the members of an OpenID Provider', () => {
  it('has those that are REQUIRED, RS256 among the algorithms, and false where leaving out would mean true', async () => {
    const { body } = await get('/.well-known/openid-configuration');
    expect(body).toMatchObject({
      subject_types_supported: ['public', 'pairwise'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256']),
      userinfo_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      scopes_supported: expect.arrayContaining(['openid', 'offline_access']),
      claims_supported: expect.arrayContaining(['sub', 'email', 'address', 'acr']),
      acr_values_supported: ['1'],
      claims_parameter_supported: true,
      request_parameter_supported: true,
      require_request_uri_registration: true,
      request_uri_parameter_supported: false,
    });
  });
});

describe('RFC 7517 §5 the key set', () => {
  it('KEY-3 has public members only, and kid, alg and use on every key', async () => {
    const { status, headers, body } = await get('/jwks');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toMatch(/max-age=\d+/);
    const keys = body['keys'] as Record<string, unknown>[];
    expect(keys.map((key) => key['alg']).sort()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
    expect(new Set(keys.map((key) => key['kid'])).size).toBe(keys.length);
    for (const key of keys) {
      expect(key['use']).toBe('sig');
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) expect(key).not.toHaveProperty(secret);
    }
  });
});
