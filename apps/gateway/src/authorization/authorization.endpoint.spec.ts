import { Authorization, EndSession } from '@tessera/contracts';
import { OAuthError } from '@tessera/vocabulary';
import { handleOf } from '../pages/testing.js';
import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => edge.forget());
afterAll(() => edge.close());

const KEEP = { session: { change: 'keep' as const }, browser: null };
const CALLBACK = 'https://client.example.org/cb?registered=1';
const respond = (mode: 'query' | 'form_post', parameters: [string, string][], reason: string | null = null) =>
  edge.owners.to(Authorization).reply(() => ({ kind: 'response', mode, redirectUri: CALLBACK, parameters, reason, ...KEEP }));

describe('RFC 6749 §3.1, OIDC Core §3.1.2.1 the authorization endpoint', () => {
  it('MUST support GET: the parameters of the query, decoded as a form is', async () => {
    const answer = await edge.send('GET', '/authorize?client_id=s6BhdRkqt3&scope=openid+email&state=%E2%82%AC%26&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb&x=');
    expect(answer).toMatchObject({ status: 303, body: '' });
    expect(edge.owners.questions(Authorization)[0]?.edge).toMatchObject({
      method: 'GET',
      url: 'https://as.example.com/authorize',
      parameters: [
        ['client_id', 's6BhdRkqt3'],
        ['scope', 'openid email'],
        ['state', '€&'],
        ['resource', 'https://a'],
        ['resource', 'https://b'],
        ['x', ''],
      ],
    });
  });

  it('MUST support POST, from another site and therefore without cookies', async () => {
    const answer = await edge.form('/authorize', 'client_id=s6BhdRkqt3&response_type=code', ['Origin: https://client.example.org', 'Sec-Fetch-Site: cross-site']);
    expect(answer.status).toBe(303);
    expect(edge.owners.questions(Authorization)[0]).toMatchObject({
      edge: { method: 'POST', parameters: [['client_id', 's6BhdRkqt3'], ['response_type', 'code']] },
      browser: { session: null, browser: null },
    });
  });

  it('PAR-5, AUT-5: leads on by 303 to an address that has nothing of the request in it', async () => {
    edge.owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: handleOf('next'), ...KEEP }));
    const answer = await edge.form('/authorize', 'client_id=s6BhdRkqt3&state=planted');
    expect(answer.headers['location']).toBe(`/interaction?interaction=${handleOf('next')}`);
  });

  it.each([
    ['a repeated parameter (GEN-1)', '/authorize?scope=a&scope=b', 'request.repeated_parameter'],
    ['a parameter repeated in another spelling', '/authorize?scope=a&sc%6fpe=b', 'request.repeated_parameter'],
    ['a NUL', '/authorize?state=%00', 'request.malformed_query'],
    ['what is no UTF-8', '/authorize?state=%ff', 'request.malformed_query'],
    ['an overlong slash', '/authorize?state=%c0%af', 'request.malformed_query'],
    ['101 parameters', `/authorize?${Array.from({ length: 101 }, (_, index) => `p${index}=1`).join('&')}`, 'request.too_many_parameters'],
    ['a query of 9 KiB', `/authorize?state=${'x'.repeat(9 * 1024)}`, 'request.url_too_long'],
    ['what only looks ahead (AUT-10)', '/authorize?client_id=a', 'request.prefetch', ['Sec-Purpose: prefetch;prerender']],
    ['a method there is not', '/authorize', 'request.method_not_allowed', [], 'PUT'],
  ])('MUST refuse %s, and ask nobody', async (_case, target, reason, headers: string[] = [], method = 'GET') => {
    const answer = await edge.send(method, target, headers);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).toContain(`<code>${reason}</code>`);
    expect(answer.headers['location']).toBeUndefined();
    expect(edge.owners.asked).toEqual([]);
  });

  it('Ours: MUST refuse a POST with a query, a second place for parameters', async () => {
    const answer = await edge.form('/authorize?client_id=a', 'client_id=b');
    expect(answer.status).toBe(400);
    expect(edge.owners.asked).toEqual([]);
  });

  it('AUT-10 HEAD MUST create nothing', async () => {
    for (const path of ['/authorize?client_id=a', '/end_session', `/interaction?interaction=${handleOf('x')}`, '/account']) {
      expect(await edge.send('HEAD', path)).toMatchObject({ status: 200, body: '' });
    }
    expect(edge.owners.asked).toEqual([]);
  });

  it('AUT-6 MUST NOT have CORS headers, not for a preflight either', async () => {
    const answers = await Promise.all([
      edge.send('GET', '/authorize?client_id=a', ['Origin: https://app.example']),
      edge.send('OPTIONS', '/authorize', ['Origin: https://app.example', 'Access-Control-Request-Method: POST']),
    ]);
    for (const { headers } of answers) expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('RFC 6749 §4.1.2, OAuth Multiple Response Types §2.1 the response in the query', () => {
  it('MUST be added to the registered query, by 303 (RFC 9700 §4.12)', async () => {
    respond('query', [['code', 'SplxlOBeZQQYbYS6WxSbIA'], ['state', 'a b&c'], ['iss', 'https://as.example.com']]);
    const answer = await edge.send('GET', '/authorize?client_id=a');
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('https://client.example.org/cb?registered=1&code=SplxlOBeZQQYbYS6WxSbIA&state=a+b%26c&iss=https%3A%2F%2Fas.example.com');
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(edge.log).toEqual([]);
  });

  it('decision 7: an error sent back is one line and one count, by its reason, without its parameters', async () => {
    respond('query', [['error', 'unsupported_response_type'], ['state', 'planted-state']], 'authorization_request.response_type');
    expect((await edge.send('GET', '/authorize?client_id=a')).status).toBe(303);
    expect(edge.lines()).toEqual([expect.objectContaining({ msg: 'request refused', reason: 'authorization_request.response_type', path: 'authorization', status: 303 })]);
    expect(edge.log.join()).not.toContain('planted');
    expect(await edge.exposition()).toContain('tessera_http_refusals_total{endpoint="authorization",reason="authorization_request.response_type",process="gateway"} 1');
  });
});

describe('Form Post Response Mode §2, AUT-8', () => {
  it('is a form to the redirect URI with every value escaped, one script with the nonce of this answer, and a button', async () => {
    respond('form_post', [['code', 'c0de'], ['state', `"><script>alert('1')</script>`]]);
    const [first, second] = [await edge.send('GET', '/authorize?client_id=a'), await edge.send('GET', '/authorize?client_id=a')];
    expect(first.status).toBe(200);
    expect(first.headers['location']).toBeUndefined();
    expect(first.body).toContain(`method="post" action="${CALLBACK}"`);
    expect(first.body).toContain('<input type="hidden" name="state" value="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;">');
    expect(first.body).toMatch(/<button type="submit" id="continue">Continue<\/button>/);
    const policy = first.headers['content-security-policy'] ?? '';
    const nonce = /script-src 'nonce-([\w-]{22})'/.exec(policy)?.[1] ?? 'none';
    expect(first.body.match(/<script[^>]*>/g)).toEqual([`<script nonce="${nonce}">`]);
    expect(policy).toContain("form-action 'self' https://client.example.org;");
    expect(second.headers['content-security-policy']).not.toBe(policy);
  });
});

describe('AUT-2 until client and redirect URI are proven every error is a page', () => {
  it('MUST be 400, without a redirect, a form or a link to what was given', async () => {
    edge.owners.to(Authorization).reply(() => Promise.reject(new OAuthError('authorization_request.redirect_uri_mismatch', { given: 'https://evil.example/planted' })));
    const answer = await edge.send('GET', '/authorize?client_id=a&prompt=none&redirect_uri=https%3A%2F%2Fevil.example%2Fplanted&state=planted');
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.wire).not.toMatch(/evil\.example|planted|<form|location:/i);
    expect(answer.body).toContain('<code>authorization_request.redirect_uri_mismatch</code>');
    expect(answer.body).toContain('a redirect_uri of the client, character by character');
    expect(answer.body).toContain(answer.headers['x-request-id']);
  });
});

describe('RP-Initiated Logout 1.0 §2 the end session endpoint', () => {
  it.each(['GET', 'POST'])('MUST support %s', async (method) => {
    const parameters = 'id_token_hint=e30.e30.c2ln&state=xyz';
    const answer = method === 'GET' ? await edge.send('GET', `/end_session?${parameters}`) : await edge.form('/end_session', parameters, ['Origin: https://client.example.org']);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('You are signed out');
    expect(edge.owners.questions(EndSession)[0]?.edge).toMatchObject({ method, parameters: [['id_token_hint', 'e30.e30.c2ln'], ['state', 'xyz']] });
  });

  it('leads to where its owner says with state, and takes the session cookie away', async () => {
    edge.owners.to(EndSession).reply(() => ({
      kind: 'response',
      mode: 'query',
      redirectUri: 'https://client.example.org/bye',
      parameters: [['state', 'x'.repeat(128)]],
      reason: null,
      session: { change: 'clear' },
      browser: null,
    }));
    const { status, headers } = await edge.send('GET', '/end_session?id_token_hint=a');
    expect(status).toBe(303);
    expect(headers['location']).toBe(`https://client.example.org/bye?state=${'x'.repeat(128)}`);
    expect(headers['set-cookie']).toContain('__Host-tessera-session=; Max-Age=0');
  });
});
