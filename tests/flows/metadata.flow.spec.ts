import { demo, post } from './demo.js';

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
    expect(endpoints.map(([name]) => name).sort()).toEqual(['introspection_endpoint', 'revocation_endpoint', 'token_endpoint']);
    for (const [, url] of endpoints) {
      const answer = await post(String(url).slice(demo.issuer.length), {});
      expect([400, 401]).toContain(answer.status);
    }
  });

  it('KEY-2 never lists none for the token endpoint, and lists only grants that work', async () => {
    const { body } = await get(path);
    expect(body['grant_types_supported']).toEqual(['client_credentials']);
    expect(body['token_endpoint_auth_methods_supported']).not.toContain('none');
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
