import * as openid from 'openid-client';
import { demo, type DemoClient, post } from './demo.js';
import { asClient, authorizationUrl, departure, page, proofKey, redeem, signIn, stepOf, text, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';

const CALLBACK = 'https://par-flow.example.org/cb';

const DECLARATION = `
clients:
  - client_id: par-web
    client_name: Web application that pushes
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid email
    redirect_uris: [${CALLBACK}]
    first_party: true
    require_pushed_authorization_requests: true
  - client_id: par-other
    client_name: Another application
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: par-public
    client_name: Public application that pushes
    token_endpoint_auth_method: none
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [${CALLBACK}]
    first_party: true
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION);
}, 60_000);

const { verifier, challenge } = proofKey();
const VALID = { response_type: 'code', client_id: 'par-web', redirect_uri: CALLBACK, scope: 'openid', state: 'af0ifjsldkj', code_challenge: challenge, code_challenge_method: 'S256' };

const push = (parameters: Readonly<Record<string, string>>, client = clientOf('par-web')) => asClient(client, '/par', parameters);
async function pushed(more: Readonly<Record<string, string>> = {}): Promise<string> {
  return text(await push({ ...VALID, ...more }), 'request_uri');
}
const open = (requestUri: string, agent = new UserAgent(), more: Readonly<Record<string, string | undefined>> = {}) =>
  agent.open(authorizationUrl({ client_id: 'par-web', request_uri: requestUri, ...more }));

describe('RFC 9126 with openid-client', () => {
  it('signs a person in', async () => {
    const { client_secret = '' } = clientOf('par-web');
    const configuration = await openid.discovery(new URL(demo.issuer), 'par-web', undefined, openid.ClientSecretBasic(client_secret), { execute: [openid.allowInsecureRequests] });
    const url = await openid.buildAuthorizationUrlWithPAR(configuration, { redirect_uri: CALLBACK, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256', state: 'st' });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const agent = new UserAgent();
    const back = departure(await signIn(agent, await agent.open(url)));
    const tokens = await openid.authorizationCodeGrant(configuration, back, { pkceCodeVerifier: verifier, expectedState: 'st' });
    expect(tokens.claims()?.aud).toBe('par-web');
  });
});

describe('RFC 9126 §2.2 the answer', () => {
  it('is 201 with request_uri and expires_in, not cacheable, and the reference has 256 bits', async () => {
    const answer = await push(VALID);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/), expires_in: 90 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('a public client may push as well', async () => {
    expect((await push({ ...VALID, client_id: 'par-public' }, clientOf('par-public'))).status).toBe(201);
  });
});

describe('RFC 9126 §2.1, §2.3 what is refused', () => {
  it.each([
    ['a wrong secret', () => push(VALID, { ...clientOf('par-web'), client_secret: 'x'.repeat(43) }), 401, 'invalid_client'],
    ['no credentials (PAR-1)', () => post('/par', VALID), 401, 'invalid_client'],
    ['a request_uri (PAR-2)', () => push({ ...VALID, request_uri: 'urn:ietf:params:oauth:request_uri:x' }), 400, 'invalid_request'],
    ['an unregistered redirect URI', () => push({ ...VALID, redirect_uri: 'https://evil.example.org/cb' }), 400, 'invalid_request'],
    ['another response_type', () => push({ ...VALID, response_type: 'token' }), 400, 'unsupported_response_type'],
    ['no proof key', () => push({ response_type: 'code', client_id: 'par-web', redirect_uri: CALLBACK, scope: 'openid' }), 400, 'invalid_request'],
    ['a plain proof key', () => push({ ...VALID, code_challenge_method: 'plain' }), 400, 'invalid_request'],
    ['another client_id in the form', () => push({ ...VALID, client_id: 'par-other' }), 401, 'invalid_client'],
    ['an unsigned request object', () => push({ ...VALID, request: 'eyJhbGciOiJub25lIn0.e30.' }), 400, 'request_not_supported'],
  ] as const)('%s', async (_case, send, status, error) => {
    const answer = await send();
    expect([answer.status, answer.body['error']]).toEqual([status, error]);
    expect(answer.body).not.toHaveProperty('request_uri');
  });

  it('every other method', async () => {
    expect((await fetch(`${demo.issuer}/par`, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(`${demo.issuer}/par`)).status).toBe(405);
  });
});

describe('RFC 9126 §4 bringing it to the authorization endpoint', () => {
  it('client_id and request_uri are enough; a state outside is not used (PAR-4)', async () => {
    const agent = new UserAgent();
    const answer = departure(await signIn(agent, await open(await pushed(), agent, { state: 'outside' })));
    expect(answer.searchParams.get('state')).toBe(VALID.state);
    const tokens = await redeem(clientOf('par-web'), { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier });
    expect(tokens.status).toBe(200);
  });

  it('PAR-5 nothing that was pushed stands in an address or a page', async () => {
    const shown = page(await open(await pushed({ nonce: 'a-planted-nonce', state: 'a-planted-state' })));
    expect(shown.url + shown.html).not.toMatch(/a-planted|request_uri|code_challenge/);
  });

  it('PAR-3 may be opened twice before the person is done, and yields one code', async () => {
    const requestUri = await pushed();
    const [one, two] = [new UserAgent(), new UserAgent()];
    const [first, second] = [page(await open(requestUri, one)), page(await open(requestUri, two))];
    expect([stepOf(first), stepOf(second)]).toEqual(['password', 'password']);
    expect(departure(await signIn(one, first)).searchParams.get('code')).not.toBeNull();
    const late = await signIn(two, second);
    expect('html' in late ? null : late.url.searchParams.get('code')).toBeNull();
    expect('html' in late ? late.status : 303).toBeLessThan(500);
  });

  it('is of no use once it was used', async () => {
    const requestUri = await pushed();
    const agent = new UserAgent();
    departure(await signIn(agent, await open(requestUri, agent)));
    expect(page(await open(requestUri, agent)).status).toBe(400);
  });

  it('I1 forty completions at once: one code, never a 5xx', async () => {
    const requestUri = await pushed();
    const agent = new UserAgent();
    departure(await signIn(agent, await open(await pushed(), agent)));
    const answers = await Promise.all(Array.from({ length: 40 }, () => open(requestUri, agent.copy())));
    const codes = answers.filter((answer) => !('html' in answer) && answer.url.searchParams.get('code') !== null);
    expect(codes).toHaveLength(1);
    expect(answers.filter((answer) => 'html' in answer && answer.status >= 500)).toEqual([]);
  });

  it.each([
    ['another client', (uri: string) => open(uri, new UserAgent(), { client_id: 'par-other' })],
    ['nobody named', (uri: string) => open(uri, new UserAgent(), { client_id: undefined })],
    ['a reference that was never given', () => open(`urn:ietf:params:oauth:request_uri:${'A'.repeat(43)}`)],
  ])('%s gets a page and no redirect', async (_case, bring) => {
    const shown = page(await bring(await pushed()));
    expect(shown.status).toBe(400);
  });

  it('§6 a client that must push is refused without', async () => {
    const shown = await new UserAgent().open(authorizationUrl(VALID));
    expect('html' in shown ? shown.status : shown.url.searchParams.get('error')).toEqual('html' in shown ? 400 : 'invalid_request');
  });
});
