import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { decodeJwt, exportJWK, SignJWT } from 'jose';
import * as openid from 'openid-client';
import pg from 'pg';
import { type ConformanceSystem, startConformanceSystem } from './conformance-system.js';
import { ReceiverCertificate } from './logout-receiver.js';
import { keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

/** The command line takes a second or two to start on a machine that is busy. */
jest.setTimeout(60_000);

const CALLBACK = 'https://registration-flow.example.org/cb';
const AFTER = 'https://registration-flow.example.org/bye';

const certificate = new ReceiverCertificate();
/** What the host of the clients answers, by path, and what it was asked. */
const documents = new Map<string, unknown>();
const asked: string[] = [];
let host: Server;
let hostOrigin: string;
let running: ConformanceSystem;
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let initialAccessToken: string;

beforeAll(async () => {
  host = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    asked.push(request.url ?? '');
    const document = documents.get(request.url ?? '') ?? null;
    if (document instanceof Buffer) response.setHeader('content-type', 'image/png').end(document);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const { port } = host.address() as AddressInfo;
  hostOrigin = `https://localhost:${port}`;
  running = await startConformanceSystem({ CLIENT_REGISTRATION: 'token', OUTBOUND_ALLOWED_HOSTS: `localhost:${port}`, OUTBOUND_PORTS: String(port), OUTBOUND_CA_FILE: certificate.file });
  drivers = await loaded();
  initialAccessToken = (await makeToken(100)).initial_access_token;
}, 120_000);

afterAll(async () => {
  await running.stop();
  await new Promise((resolve) => host.close(resolve));
  certificate.remove();
}, 60_000);

/** As the operator makes one, for somebody who may register so many clients. */
async function makeToken(uses: number): Promise<{ readonly id: string; readonly initial_access_token: string }> {
  const made = await drivers.tessera(['registration-token', 'create', 'flow', '--uses', String(uses), '--json']);
  return JSON.parse(made.stdout) as { id: string; initial_access_token: string };
}

const customFetch = { [openid.customFetch]: (url: string, init: object) => fetch(url, init) } as openid.DynamicClientRegistrationRequestOptions;
/** Registers with an independent client library, from the issuer alone. */
const register = (metadata: Partial<openid.ClientMetadata>) =>
  openid.dynamicClientRegistration(new URL(drivers.demo.issuer), { redirect_uris: [CALLBACK], ...metadata }, openid.ClientSecretBasic(), { ...customFetch, initialAccessToken });

interface Registered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
async function call(method: string, url: string, { token, metadata }: { token?: string; metadata?: unknown } = {}): Promise<Registered> {
  const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(metadata === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(url, { method, headers, ...(metadata === undefined ? {} : { body: JSON.stringify(metadata) }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
const post = (metadata: Record<string, unknown>, token: string | null = initialAccessToken) =>
  call('POST', `${drivers.demo.issuer}/register`, { ...(token === null ? {} : { token }), metadata: { redirect_uris: [CALLBACK], ...metadata } });
const text = (of: Readonly<Record<string, unknown>>, name: string) => String(of[name]);

/** Somebody signs in with a registered client and agrees; the response at the redirect URI. */
async function signedIn(clientId: string, more: Readonly<Record<string, string>> = {}, agent = new drivers.UserAgent()) {
  const url = drivers.authorizationUrl({ response_type: 'code', client_id: clientId, redirect_uri: CALLBACK, scope: 'openid', state: 'a state', ...more });
  const shown = await agent.open(url);
  const answer = drivers.departure(await drivers.signIn(agent, shown));
  return { agent, answer };
}

describe('RFC 7591 §3, OIDC Registration §3 with an independent client library', () => {
  it('a client that nobody declared registers, signs somebody in, and refreshes', async () => {
    const configuration = await register({ client_name: 'Self-made', grant_types: ['authorization_code', 'refresh_token'] });
    const { client_id: clientId } = configuration.clientMetadata();
    const parameters = { redirect_uri: CALLBACK, scope: 'openid email offline_access', state: 'a state', prompt: 'consent' };
    const agent = new drivers.UserAgent();
    const answer = drivers.departure(await drivers.signIn(agent, await agent.open(openid.buildAuthorizationUrl(configuration, parameters))));
    const tokens = await openid.authorizationCodeGrant(configuration, answer, { expectedState: 'a state' });
    expect(tokens.claims()?.aud).toBe(clientId);
    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(refreshed.access_token).not.toBe(tokens.access_token);
    const userinfo = await openid.fetchUserInfo(configuration, refreshed.access_token, tokens.claims()?.sub ?? '');
    expect(userinfo.email).toBe('alice@example.com');
  });

  it('REG-8 people are asked, and told that nobody vouches for it and where it runs', async () => {
    const { body } = await post({ client_name: 'Your bank', client_uri: 'https://bank.example' });
    const agent = new drivers.UserAgent();
    const first = await agent.open(drivers.authorizationUrl({ response_type: 'code', client_id: text(body, 'client_id'), redirect_uri: CALLBACK, scope: 'openid' }));
    const { username, password } = drivers.demoUser('alice');
    const shown = drivers.page(first);
    const consent = drivers.page(await agent.submit(shown, { identifier: username, password }));
    const landed = drivers.stepOf(consent) === 'consent' ? consent : null;
    expect(landed?.html).toContain('registration-flow.example.org');
    expect(landed?.html).toContain('registered itself');
  });

  it('OpenID certification, logo_uri, policy_uri, tos_uri: the picture is shown, policy and terms are linked, on the pages for signing in and for agreeing (REG-8)', async () => {
    const [policy, terms] = ['https://registration-flow.example.org/policy', 'https://registration-flow.example.org/terms'];
    const { body } = await post({ policy_uri: policy, tos_uri: terms, logo_uri: `${hostOrigin}/logo.png` });
    const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    documents.set('/logo.png', picture);
    const agent = new drivers.UserAgent();
    const login = drivers.page(await agent.open(drivers.authorizationUrl({ response_type: 'code', client_id: text(body, 'client_id'), redirect_uri: CALLBACK, scope: 'openid' })));
    const { username, password } = drivers.demoUser('alice');
    const consent = drivers.page(await agent.submit(login, { identifier: username, password }));
    expect([drivers.stepOf(login), drivers.stepOf(consent)]).toEqual(['password', 'consent']);
    const shown = [`href="${policy}"`, `href="${terms}"`, `src="data:image/png;base64,${picture.toString('base64')}"`];
    for (const { html } of [login, consent]) expect(shown.filter((one) => !html.includes(one))).toEqual([]);
    // The browser is led to no picture; the host of the client was asked once, by us.
    expect([consent.html.includes('/logo.png'), asked.filter((one) => one === '/logo.png').length]).toEqual([false, 1]);
  });

  it('OpenID certification, POST registration; RFC 7591 §3.2.1: 201, JSON, uncached, with all that is registered', async () => {
    const { status, headers, body } = await post({ initiate_login_uri: 'https://registration-flow.example.org/login', something: 'unknown' });
    expect(status).toBe(201);
    expect([headers.get('cache-control'), headers.get('content-type')]).toEqual(['no-store', 'application/json; charset=utf-8']);
    expect(body).toMatchObject({ redirect_uris: [CALLBACK], initiate_login_uri: 'https://registration-flow.example.org/login', client_secret_expires_at: 0, grant_types: ['authorization_code'] });
    expect(body).not.toHaveProperty('something');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a fragment in redirect_uris', { redirect_uris: [`${CALLBACK}#x`] }, 'invalid_redirect_uri'],
    ['initiate_login_uri over http', { initiate_login_uri: 'http://registration-flow.example.org/login' }, 'invalid_client_metadata'],
    ['the password grant', { grant_types: ['authorization_code', 'password'] }, 'invalid_client_metadata'],
    ['jwks and jwks_uri', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] }, jwks_uri: 'https://registration-flow.example.org/jwks' }, 'invalid_client_metadata'],
    ['a sector that does not list it', { subject_type: 'pairwise', sector_identifier_uri: 'https://registration-flow.example.org/none.json' }, 'invalid_client_metadata'],
  ])('OpenID certification, Error JSON, POST registration; RFC 7591 §3.2.2: %s is refused with 400', async (_case, metadata, error) => {
    const { status, headers, body } = await post(metadata);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([400, 'application/json; charset=utf-8', 'no-store']);
    expect(body).toEqual({ error, error_description: expect.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/) });
  });
});

describe('REG-1 registration with a token', () => {
  it('MUST be refused without one, with one that is spent, and with one that was revoked', async () => {
    expect(await post({}, null)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    const single = await makeToken(1);
    expect((await post({}, single.initial_access_token)).status).toBe(201);
    expect((await post({}, single.initial_access_token)).status).toBe(401);
    const revoked = await makeToken(5);
    expect((await drivers.tessera(['registration-token', 'revoke', revoked.id])).status).toBe(0);
    expect((await post({}, revoked.initial_access_token)).status).toBe(401);
    const listed = (await drivers.tessera(['registration-token', 'list'])).stdout;
    expect(listed).toMatch(new RegExp(`${single.id}\\s+1/1\\s.*used up`));
    expect(listed).toMatch(new RegExp(`${revoked.id}\\s+0/5\\s.*revoked`));
    expect(listed).not.toContain(single.initial_access_token);
  });
});

describe('OpenID certification, sector_identifier_uri; OIDC Core §8.1 pairwise subjects of clients that share a sector', () => {
  it('are the same, once the sector lists both', async () => {
    documents.set('/sector.json', [CALLBACK]);
    const metadata = { subject_type: 'pairwise', sector_identifier_uri: `${hostOrigin}/sector.json` };
    const subjects: unknown[] = [];
    for (const other of [metadata, metadata, { subject_type: 'public' }]) {
      const { status, body } = await post(other);
      expect(status).toBe(201);
      const client = { client_id: text(body, 'client_id'), client_secret: text(body, 'client_secret'), method: 'client_secret_basic', redirect_uris: [CALLBACK] };
      const { answer } = await signedIn(client.client_id);
      const tokens = await drivers.redeem(client, { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK });
      subjects.push(decodeJwt(drivers.text(tokens, 'id_token')).sub);
    }
    expect(subjects[0]).toBe(subjects[1]);
    expect(subjects[2]).not.toBe(subjects[0]);
    documents.set('/sector.json', ['https://other.example/cb']);
    expect((await post(metadata)).status).toBe(400);
  });
});

describe('OpenID certification, jwks_uri; OIDC Registration §2 keys behind it', () => {
  /** A key of the client, published by it under this kid. */
  async function published(kid: string) {
    const { publicKey, privateKey } = keyPairFor('ES256');
    documents.set('/jwks.json', { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] });
    return privateKey;
  }

  /** Somebody signs in, and the client redeems the code with an assertion by this key. */
  async function redeemedWith(clientId: string, kid: string, key: Awaited<ReturnType<typeof published>>): Promise<number> {
    const { answer } = await signedIn(clientId);
    const now = Math.floor(Date.now() / 1_000);
    const claims = new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: 'ES256', kid }).setIssuer(clientId).setSubject(clientId);
    const assertion = await claims.setAudience(drivers.demo.issuer).setIssuedAt(now).setExpirationTime(now + 60).sign(key);
    const form = {
      grant_type: 'authorization_code', code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion,
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await fetch(`${drivers.demo.issuer}/token`, { method: 'POST', headers, body: new URLSearchParams(form).toString() })).status;
  }

  it('are fetched, and fetched again when an assertion names a kid that is not among them (OUT-5)', async () => {
    const first = await published('one');
    const { body } = await post({ token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks_uri: `${hostOrigin}/jwks.json` });
    const clientId = text(body, 'client_id');
    expect(await redeemedWith(clientId, 'one', first)).toBe(200);
    const second = await published('two');
    // At most one fetch in a minute: as if it were over.
    const database = new pg.Client({ connectionString: running.system.database });
    await database.connect();
    await database.query("UPDATE client_key_set SET attempted_at = attempted_at - interval '61 seconds' WHERE client_id = $1", [clientId]);
    await database.end();
    expect(await redeemedWith(clientId, 'two', second)).toBe(200);
    expect(asked.filter((one) => one === '/jwks.json')).toHaveLength(2);
  });
});

describe('RFC 7592 the client configuration endpoint', () => {
  it('OpenID certification, GET registration_client_uri, initiate_login_uri, DELETE: reads, replaces with another token, and deletes with all that was granted', async () => {
    const initiate = 'https://registration-flow.example.org/login';
    const { body } = await post({ client_name: 'Before', initiate_login_uri: initiate });
    const [url, token, clientId] = [text(body, 'registration_client_uri'), text(body, 'registration_access_token'), text(body, 'client_id')];
    expect((await call('GET', url, { token })).body).toMatchObject({ client_id: clientId, client_name: 'Before', initiate_login_uri: initiate });
    const updated = await call('PUT', url, { token, metadata: { client_id: clientId, redirect_uris: [CALLBACK], client_name: 'After' } });
    expect(updated).toMatchObject({ status: 200, body: { client_name: 'After' } });
    expect((await call('GET', url, { token })).status).toBe(401);

    const client = { client_id: clientId, client_secret: text(body, 'client_secret'), method: 'client_secret_basic', redirect_uris: [CALLBACK] };
    const { answer } = await signedIn(clientId);
    const tokens = await drivers.redeem(client, { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK });
    expect((await drivers.userinfo(drivers.text(tokens, 'access_token'))).status).toBe(200);
    const next = text(updated.body, 'registration_access_token');
    expect((await call('DELETE', url, { token: next })).status).toBe(204);
    expect((await call('GET', url, { token: next })).status).toBe(401);
    expect((await drivers.userinfo(drivers.text(tokens, 'access_token'))).status).toBe(401);
  });

  it('REG-7 the token of one client is nothing at another', async () => {
    const [mine, theirs] = [await post({}), await post({})];
    const answer = await call('GET', text(mine.body, 'registration_client_uri'), { token: text(theirs.body, 'registration_access_token') });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('REG-6 an operator takes a client out of use; its own token cannot bring it back', async () => {
    const { body } = await post({});
    const clientId = text(body, 'client_id');
    expect((await drivers.tessera(['client', 'disable', clientId])).status).toBe(0);
    const [url, token] = [text(body, 'registration_client_uri'), text(body, 'registration_access_token')];
    expect((await call('PUT', url, { token, metadata: { client_id: clientId, redirect_uris: [CALLBACK], enabled: true } })).status).toBe(403);
    expect((await drivers.tessera(['client', 'delete', clientId])).status).toBe(0);
    expect((await call('GET', url, { token })).status).toBe(401);
  });
});

describe('Front-Channel Logout §3 (LOG-5), Session Management §3.2', () => {
  it('the page after a logout loads the addresses of the clients of this session, with the iss and sid of their ID tokens, and leads on', async () => {
    const out = 'https://registration-flow.example.org/out?a=b';
    const [one, other] = [await post({ frontchannel_logout_uri: out, post_logout_redirect_uris: [AFTER] }), await post({ frontchannel_logout_uri: 'https://registration-flow.example.org/other' })];
    await post({ frontchannel_logout_uri: 'https://registration-flow.example.org/stranger' });
    const { agent, answer } = await signedIn(text(one.body, 'client_id'));
    expect(answer.searchParams.get('session_state')).toMatch(/^[0-9a-f]{64}\.[\w-]+$/);
    const client = { client_id: text(one.body, 'client_id'), client_secret: text(one.body, 'client_secret'), method: 'client_secret_basic', redirect_uris: [CALLBACK] };
    const tokens = await drivers.redeem(client, { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK });
    const idToken = drivers.text(tokens, 'id_token');
    const { sid, iss } = decodeJwt(idToken);
    await signedIn(text(other.body, 'client_id'), {}, agent);

    const url = new URL(`${drivers.demo.issuer}/end_session`);
    for (const [name, value] of [['id_token_hint', idToken], ['post_logout_redirect_uri', AFTER], ['state', 's'.repeat(128)]] as const) url.searchParams.set(name, value);
    const page = drivers.page(await agent.open(url));
    const frames = [...page.html.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src = '']) => new URL(src.replaceAll('&amp;', '&')));
    expect(frames.map(({ pathname }) => pathname).sort()).toEqual(['/other', '/out']);
    for (const frame of frames) expect([frame.searchParams.get('iss'), frame.searchParams.get('sid')]).toEqual([iss, sid]);
    expect(page.headers.get('content-security-policy')).toContain('frame-src https://registration-flow.example.org;');
    expect(page.html).toContain(`href="${AFTER}?state=${'s'.repeat(128)}"`);
    expect(agent.cookies.get('__Host-tessera-session-state') ?? '').toBe('');
    const again = await agent.open(drivers.authorizationUrl({ response_type: 'code', client_id: client.client_id, redirect_uri: CALLBACK, scope: 'openid', prompt: 'none' }));
    expect(drivers.departure(again).searchParams.get('error')).toBe('login_required');
  });
});
