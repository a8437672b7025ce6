import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';
import { basic, demo, demoClient, demoUser, post } from './demo.js';
import { asClient, authorizationUrl, departure, page, proofKey, redeem, refresh, signIn, text, UserAgent } from './sign-in.js';

const FOLDER = path.join(path.dirname(process.env['TESSERA_DEMO'] ?? ''), 'logs');
const PROCESSES = ['authorization', 'device-ciba', 'gateway', 'key-management', 'token', 'worker'] as const;
const SERVERS = ['nats', 'postgres', 'redis'] as const;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const GRANT = { grant_type: 'client_credentials' };
const WRITTEN_MS_MAX = 5_000;

const service = demoClient('demo-service');
const keyed = demoClient('demo-key');

/** What was sent and must not be found again. */
const planted: string[] = [];

/** Something no log may show: fresh for each run, so that finding it has one explanation. */
function plant(secret = `planted-${randomBytes(12).toString('hex')}`): string {
  planted.push(secret);
  return secret;
}

/** Everything a process or server has logged so far. */
const logOf = (name: string): string => readFileSync(path.join(FOLDER, `${name}.log`), 'utf8');

interface Line {
  readonly [field: string]: unknown;
}

/** The line the gateway wrote about a request, when it is there. */
async function recorded(requestId: string): Promise<Line> {
  const began = performance.now();
  while (performance.now() - began < WRITTEN_MS_MAX) {
    const line = logOf('gateway').split('\n').find((one) => one.includes(requestId));
    if (line !== undefined) return JSON.parse(line);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the gateway wrote no line about ${requestId}`);
}

async function assertion(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const signed = await new SignJWT({ iss: keyed.client_id, sub: keyed.client_id, aud: demo.issuer, exp: now + 60, iat: now, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: String(keyed.private_key_jwk?.['kid'] ?? '') })
    .sign(await importJWK(keyed.private_key_jwk as JWK, 'ES256'));
  for (const part of [signed, ...signed.split('.')]) plant(part);
  return signed;
}

/** Credentials of a client with a wrong secret; what the header looks like is planted too. */
function wrongBasic(): string {
  const header = basic(service, plant());
  plant(header.slice('Basic '.length));
  return header;
}

async function accessToken(): Promise<string> {
  const { body } = await post('/token', GRANT, { authorization: basic(service) });
  const token = String(body['access_token']);
  for (const part of [token, ...token.split('.').slice(1)]) plant(part);
  return token;
}

const json = (body: string) => ({ body, headers: { authorization: basic(service), 'content-type': 'application/json' } });

/** Requests that are refused, each with something planted, and the reason that has to be recorded for it. */
const REFUSED: readonly (readonly [what: string, send: () => Promise<{ headers: Headers }>, reason: string])[] = [
  ['a wrong client_secret in Basic', () => post('/token', GRANT, { authorization: wrongBasic() }), 'client_authentication.wrong_secret'],
  ['a client_secret in the form', () => post('/token', { ...GRANT, client_id: 'demo-service', client_secret: plant() }), 'client_authentication.method_not_registered'],
  ['the true secret by the wrong method', () => post('/token', { ...GRANT, client_id: 'demo-service', client_secret: plant(service.client_secret) }), 'client_authentication.method_not_registered'],
  ['a secret where the id should be', () => post('/token', GRANT, { authorization: basic({ ...service, client_id: plant(randomBytes(32).toString('base64url')) }, plant()) }), 'client_authentication.unknown_client'],
  ['an assertion beside a secret', async () => post('/token', { ...GRANT, client_id: 'demo-key', client_secret: plant(), client_assertion_type: ASSERTION_TYPE, client_assertion: await assertion() }), 'client_authentication.two_methods'],
  ['an assertion that is none', () => post('/token', { ...GRANT, client_assertion_type: ASSERTION_TYPE, client_assertion: `${plant()}.${plant()}.${plant()}` }), 'client_authentication.malformed_assertion'],
  ['a replayed assertion', replayed, 'client_authentication.assertion_replayed'],
  ['another scheme', () => post('/token', GRANT, { authorization: `Bearer ${plant()}` }), 'client_authentication.unsupported_scheme'],
  ['a password', () => post('/token', { grant_type: 'password', username: plant(), password: plant() }, { authorization: basic(service) }), 'token_request.grant_type_not_allowed'],
  ['a code and a verifier', () => post('/token', { grant_type: 'authorization_code', code: plant(), code_verifier: plant() }, { authorization: basic(service) }), 'token_request.grant_type_not_allowed'],
  ['a refresh token', () => post('/token', { grant_type: 'refresh_token', refresh_token: plant() }, { authorization: basic(service) }), 'token_request.grant_type_not_allowed'],
  ['a scope with a secret in it', () => post('/token', { ...GRANT, scope: `password="${plant()}"` }, { authorization: basic(service) }), 'scope.malformed'],
  ['a repeated secret', () => post('/token', [['grant_type', 'client_credentials'], ['client_secret', plant()], ['client_secret', plant()]]), 'request.repeated_parameter'],
  ['a query string', () => post(`/token?client_secret=${plant()}&code=${plant()}`, GRANT, { authorization: basic(service) }), 'request.query'],
  ['a path', () => post(`/${plant()}`, {}), 'request.not_found'],
  ['a body of another type', () => { const { body, headers } = json(JSON.stringify({ client_secret: plant() })); return post('/token', body, headers); }, 'request.content_type'],
  ['a token to introspect, without credentials', () => post('/introspect', { token: plant() }), 'client_authentication.missing'],
  ['a token to revoke, with a wrong secret', () => post('/revoke', { token: plant() }, { authorization: wrongBasic() }), 'client_authentication.wrong_secret'],
];

async function replayed(): Promise<{ headers: Headers }> {
  const used = await assertion();
  const present = () => post('/token', { ...GRANT, client_assertion_type: ASSERTION_TYPE, client_assertion: used }, { cookie: `session=${plant()}`, dpop: plant() });
  expect((await present()).status).toBe(200);
  return present();
}

describe('SEC-2 what is refused is recorded by its request id and reason', () => {
  it.each(REFUSED)('%s', async (_what, send, reason) => {
    const requestId = (await send()).headers.get('x-request-id') ?? '';
    expect(requestId).not.toBe('');
    const line = await recorded(requestId);
    expect(line).toMatchObject({ level: 'info', process: 'gateway', requestId, reason, expected: expect.any(String) });
  });
});

describe('SEC-2 what is granted leaves no secret either', () => {
  it('tokens that were issued, introspected and revoked, and tokens that are none', async () => {
    const resourceServer = { authorization: basic(demoClient('demo-resource-server')) };
    const token = await accessToken();
    expect((await post('/introspect', { token }, resourceServer)).body['active']).toBe(true);
    expect((await post('/introspect', { token: plant() }, resourceServer)).body).toEqual({ active: false });
    expect((await post('/introspect', { token: `${token.slice(0, -6)}AAAAAA` }, resourceServer)).body).toEqual({ active: false });
    expect((await post('/revoke', { token: plant() }, { authorization: basic(service) })).status).toBe(200);
    expect((await post('/revoke', { token }, { authorization: basic(service) })).status).toBe(200);
    expect((await post('/token', { ...GRANT, client_assertion_type: ASSERTION_TYPE, client_assertion: await assertion() })).status).toBe(200);
  });

  it('a person who mistypes, signs in, and whose code, tokens, cookies and pages go back and forth', async () => {
    const web = demoClient('demo-web');
    const [redirectUri = ''] = web.redirect_uris;
    const agent = new UserAgent();
    const { verifier, challenge } = proofKey();
    const request = { response_type: 'code', client_id: 'demo-web', redirect_uri: redirectUri, scope: 'openid', state: plant(), nonce: plant(), login_hint: plant(), code_challenge: challenge, code_challenge_method: 'S256' };
    const login = page(await agent.open(authorizationUrl(request)));
    const again = page(await agent.submit(login, { identifier: plant(), password: plant() }));
    const answer = departure(await signIn(agent, again));
    const code = plant(answer.searchParams.get('code') ?? '');
    const tokens = await redeem(web, { code, redirect_uri: redirectUri, code_verifier: plant(verifier) });
    const userTokens = ['access_token', 'id_token', 'refresh_token'].map((name) => plant(text(tokens, name)));
    for (const token of userTokens) expect((await post('/introspect', { token }, { authorization: basic(web) })).status).toBe(200);
    const refreshed = await refresh(web, userTokens[2] ?? '');
    plant(text(refreshed, 'refresh_token'));
    expect((await redeem(web, { code, redirect_uri: redirectUri, code_verifier: verifier })).status).toBe(400);
    for (const value of agent.cookies.values()) plant(value);
    for (const [name, value] of login.forms[0]?.fields ?? []) if (name === 'csrf' || name === 'interaction') plant(value);
    const pushed = await asClient(demoClient('demo-par'), '/par', { ...request, client_id: 'demo-par', redirect_uri: demoClient('demo-par').redirect_uris[0] ?? '' });
    plant(text(pushed, 'request_uri').split(':').at(-1));
    expect((await post('/token', { grant_type: 'password', username: plant(), password: plant() }, { authorization: basic(demoClient('demo-password')) })).status).toBe(400);
    plant(demoUser('alice').password);
  });

  it('decision 19: issued tokens are on record by their public id', async () => {
    const { body } = await post('/token', GRANT, { authorization: basic(service) });
    const [, claims = ''] = String(body['access_token']).split('.');
    const { jti } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const began = performance.now();
    while (!logOf('token').includes(jti) && performance.now() - began < WRITTEN_MS_MAX) await new Promise((resolve) => setTimeout(resolve, 50));
    const line = logOf('token').split('\n').find((one) => one.includes(jti)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ action: 'access-token.issued', clientId: 'demo-service', jti: expect.arrayContaining([jti]), kid: expect.any(String) });
  });
});

/** Last in the file, and in a describe of its own: it looks for everything that was sent above. */
describe('SEC-2 logs never contain codes, tokens, assertions, secrets', () => {
  it('every process and server has a log', () => {
    const logs = readdirSync(FOLDER);
    for (const name of [...PROCESSES, ...SERVERS]) expect(logs).toContain(`${name}.log`);
  });

  it.each([...PROCESSES, ...SERVERS])('nothing planted is in the log of %s', (name) => {
    const text = logOf(name);
    expect(text).not.toBe('');
    expect(planted.length).toBeGreaterThan(40);
    expect(planted.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it.each(PROCESSES)('no secret of the system itself is in the log of %s', (name) => {
    const secrets = demo.clients.flatMap((client) => [client.client_secret, client.private_key_jwk?.['d']]).filter((secret) => typeof secret === 'string');
    expect(secrets.length).toBeGreaterThan(2);
    expect(secrets.filter((secret) => logOf(name).includes(secret))).toEqual([]);
    expect(logOf(name)).not.toMatch(/\bSU[A-Z2-7]{56}\b|eyJ[A-Za-z0-9_-]{8,}\.|PRIVATE KEY/);
  });

  it.each(PROCESSES)('each line of %s is one JSON object with level, time, process, instance and message', (name) => {
    for (const line of logOf(name).trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.stringMatching(/^(debug|info|warn|error)$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        process: name,
        instance: expect.any(String),
        msg: expect.any(String),
      });
    }
  });
});
