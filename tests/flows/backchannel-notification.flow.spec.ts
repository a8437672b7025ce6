import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { System, until } from '../faults/system.js';
import type { Answer, DemoClient } from './demo.js';
import { LogoutReceiver, type Received, ReceiverCertificate } from './logout-receiver.js';
import type { UserAgent } from './user-agent.js';

const CIBA = 'urn:openid:params:grant-type:ciba';
const PROMPT_MS = 5_000;
const RETRIED_MS = 20_000;
const TOKEN = 'notification-token-of-the-client';
const SECRET = randomBytes(32);
const PASSWORD = 'a long enough password';
const PEOPLE = Array.from({ length: 12 }, (_, index) => `told-${index}`);
const underTest = process.env['TESSERA_DEMO'];

const certificate = new ReceiverCertificate();
/** The drivers of the flows read which system they drive when they are loaded. */
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let system: System;
let receiver: LogoutReceiver;
/** A machine that is on nobody's allow-list, at a port that is allowed. */
let forbidden: LogoutReceiver;
let mail: string;
let clientOf: (clientId: string) => DemoClient;

const client = (id: string, mode: 'ping' | 'push', endpoint: string) => `
  - client_id: ${id}
    client_name: ${id}
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}", refresh_token]
    scope: openid offline_access
    backchannel_token_delivery_mode: ${mode}
    backchannel_client_notification_endpoint: ${endpoint}`;

beforeAll(async () => {
  [receiver, forbidden] = await Promise.all([LogoutReceiver.open(certificate), LogoutReceiver.open(certificate)]);
  mail = path.join(path.dirname(certificate.file), 'mail');
  const worker = { OUTBOUND_ALLOWED_HOSTS: receiver.host, OUTBOUND_PORTS: String(forbidden.port), OUTBOUND_CA_FILE: certificate.file, MAIL_FOLDER: mail };
  const deviceCiba = { APPROVAL_WEBHOOK_URL: receiver.address('/authenticator'), APPROVAL_WEBHOOK_SECRET: SECRET.toString('base64url'), APPROVAL_EMAIL: 'on' };
  system = await System.start({ serviceEnv: { worker, 'device-ciba': deviceCiba } });
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
  drivers = await loaded();
  clientOf = await drivers.declare(`clients:${[
    client('told-ping', 'ping', receiver.address('/ping')),
    client('told-push', 'push', receiver.address('/push')),
    client('told-flaky', 'push', receiver.address('/flaky')),
    client('told-refusing', 'ping', receiver.address('/refusing')),
    client('told-elsewhere', 'ping', receiver.address('/elsewhere')),
    client('told-port', 'ping', `https://localhost:${receiver.port === 8443 ? 9443 : 8443}/told`),
    client('told-loopback', 'ping', `https://127.0.0.1:${forbidden.port}/told`),
    client('told-mapped', 'push', `https://[::ffff:7f00:1]:${forbidden.port}/told`),
  ].join('')}
users:
${PEOPLE.map((username) => `  - username: ${username}\n    email: ${username}@example.com\n    claims: { email_verified: true }\n    password: { from_environment: TOLD_PASSWORD }`).join('\n')}
`, { TOLD_PASSWORD: PASSWORD });
}, 120_000);

afterAll(async () => {
  process.env['TESSERA_DEMO'] = underTest;
  await system.stop();
  await Promise.all([receiver, forbidden].map((one) => one.close()));
  certificate.remove();
}, 60_000);

/** Somebody nobody else asks (CIB-4). */
function somebody() {
  const username = PEOPLE.pop();
  if (username === undefined) throw new RangeError('everybody was asked');
  return { username, password: PASSWORD };
}

interface Started {
  readonly person: ReturnType<typeof somebody>;
  readonly authReqId: string;
  readonly answer: Answer;
}

async function begin(clientId: string, scope = 'openid'): Promise<Started> {
  const person = somebody();
  const answer = await drivers.asClient(clientOf(clientId), '/bc-authorize', { scope, login_hint: person.username, client_notification_token: TOKEN, binding_message: 'W4SCT' });
  return { person, answer, authReqId: drivers.text(answer, 'auth_req_id') };
}

/** The person answers in the inbox. */
async function decide({ person }: Started, answer: 'approve' | 'deny'): Promise<void> {
  const agent: UserAgent = new drivers.UserAgent();
  const shown = drivers.page(await drivers.signIn(agent, await agent.open(`${drivers.demo.issuer}/approvals`), person));
  drivers.page(await agent.submit(shown, {}, ['answer', answer], drivers.formWith(shown, 'approval')));
}

const poll = (clientId: string, authReqId: string) => drivers.asClient(clientOf(clientId), '/token', { grant_type: CIBA, auth_req_id: authReqId });

/** What came to an address, once so many did. */
async function arrived(at: string, count: number, ms = PROMPT_MS): Promise<Received> {
  expect(await until(async () => receiver.at(at).length, (seen) => seen >= count, ms)).not.toBeNull();
  const got = receiver.at(at)[count - 1];
  if (got === undefined) throw new Error('nothing arrived');
  return got;
}

/** The newest record of this kind and client, when it is as wanted. */
async function recorded(kind: string, lane: string, state: string): Promise<Record<string, unknown>> {
  const ask = async (): Promise<Record<string, unknown>[]> => JSON.parse((await drivers.tessera(['deliveries', 'list', '--kind', kind, '--client', lane, '--json'])).stdout);
  await until(ask, ([newest]) => newest?.['state'] === state, PROMPT_MS);
  const [newest] = await ask();
  expect(newest).toMatchObject({ kind, lane, state });
  return newest ?? {};
}

const halfHash = (value: string) => createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');

describe('CIBA Core §10.2, CIB-7 a ping', () => {
  it('MUST be a POST of the auth_req_id and nothing else, with the client’s token as bearer; then the tokens are there, once', async () => {
    const started = await begin('told-ping', 'openid offline_access');
    await decide(started, 'approve');
    const got = await arrived('/ping', 1);
    expect([got.method, got.mediaType, got.headers.authorization]).toEqual(['POST', 'application/json', `Bearer ${TOKEN}`]);
    expect(got.body).toBe(JSON.stringify({ auth_req_id: started.authReqId }));
    const tokens = await poll('told-ping', started.authReqId);
    expect([tokens.status, typeof tokens.body['access_token'], typeof tokens.body['refresh_token']]).toEqual([200, 'string', 'string']);
    expect((await poll('told-ping', started.authReqId)).body['error']).toBe('invalid_grant');
    expect(await recorded('ping', 'told-ping', 'delivered')).toMatchObject({ attempts: 1, answer: '200' });
    expect(receiver.at('/ping')).toHaveLength(1);
  }, 30_000);

  it('follows a refusal as well, and says no more; asking then is access_denied', async () => {
    receiver.behaviours.set('/ping', () => 204);
    const started = await begin('told-ping');
    await decide(started, 'deny');
    expect((await arrived('/ping', 2)).body).toBe(JSON.stringify({ auth_req_id: started.authReqId }));
    expect((await poll('told-ping', started.authReqId)).body['error']).toBe('access_denied');
    expect(await recorded('ping', 'told-ping', 'delivered')).toMatchObject({ attempts: 1, answer: '204' });
  }, 30_000);
});

describe('CIBA Core §10.3 a push', () => {
  it('§10.3.1 MUST bring the tokens, and an ID token that is bound to them and to the request', async () => {
    const started = await begin('told-push', 'openid offline_access');
    expect(started.answer.body).not.toHaveProperty('interval');
    await decide(started, 'approve');
    const got = await arrived('/push', 1);
    expect([got.method, got.mediaType, got.headers.authorization]).toEqual(['POST', 'application/json', `Bearer ${TOKEN}`]);
    const said: Record<string, string> = JSON.parse(got.body);
    expect(Object.keys(said).sort()).toEqual(['access_token', 'auth_req_id', 'expires_in', 'id_token', 'refresh_token', 'token_type']);
    expect(said).toMatchObject({ auth_req_id: started.authReqId, token_type: 'Bearer' });
    const keys = createRemoteJWKSet(new URL(`${drivers.demo.issuer}/jwks`));
    const { payload } = await jwtVerify(said['id_token'] ?? '', keys, { issuer: drivers.demo.issuer, audience: 'told-push' });
    expect(payload).toMatchObject({
      at_hash: halfHash(said['access_token'] ?? ''),
      'urn:openid:params:jwt:claim:rt_hash': halfHash(said['refresh_token'] ?? ''),
      'urn:openid:params:jwt:claim:auth_req_id': started.authReqId,
    });
    expect((await drivers.userinfo(said['access_token'] ?? '')).body['sub']).toBe(payload.sub);
    expect((await drivers.refresh(clientOf('told-push'), said['refresh_token'] ?? '')).status).toBe(200);
    expect(await recorded('push', 'told-push', 'delivered')).toMatchObject({ attempts: 1, answer: '200' });
  }, 30_000);

  it('§11, CIB-9 a client that gets its tokens pushed MUST NOT get them from the token endpoint', async () => {
    const started = await begin('told-push');
    expect((await poll('told-push', started.authReqId)).body['error']).toBe('unauthorized_client');
    await decide(started, 'deny');
    expect(JSON.parse((await arrived('/push', 2)).body)).toMatchObject({ auth_req_id: started.authReqId, error: 'access_denied' });
    expect((await poll('told-push', started.authReqId)).body['error']).toBe('unauthorized_client');
  }, 30_000);

  it('CIB-7 503 and a connection that breaks are tried again, with the same tokens, until it takes them', async () => {
    receiver.behaviours.set('/flaky', (n) => (n === 1 ? 503 : n === 2 ? 'reset' : 204));
    const started = await begin('told-flaky', 'openid offline_access');
    await decide(started, 'approve');
    await arrived('/flaky', 3, RETRIED_MS);
    expect(await recorded('push', 'told-flaky', 'delivered')).toMatchObject({ attempts: 3, answer: '204' });
    const bodies = receiver.at('/flaky').map(({ body }) => body);
    expect([bodies.length, new Set(bodies).size, JSON.parse(bodies[0] ?? '').auth_req_id]).toEqual([3, 1, started.authReqId]);
  }, 40_000);
});

describe('CIB-6, CIB-8 what a client answers, and where nothing is sent', () => {
  it('401 is not tried again, and polling goes on', async () => {
    receiver.behaviours.set('/refusing', () => 401);
    const started = await begin('told-refusing');
    await decide(started, 'approve');
    expect(await recorded('ping', 'told-refusing', 'given-up')).toMatchObject({ attempts: 1, answer: '401' });
    expect((await poll('told-refusing', started.authReqId)).status).toBe(200);
    expect(receiver.at('/refusing')).toHaveLength(1);
  }, 30_000);

  it('OUT-3 a redirect is never followed', async () => {
    receiver.behaviours.set('/elsewhere', () => ({ status: 307, location: receiver.address('/followed') }));
    await decide(await begin('told-elsewhere'), 'approve');
    expect(await recorded('ping', 'told-elsewhere', 'given-up')).toMatchObject({ attempts: 1, answer: 'redirected' });
    expect(receiver.at('/followed')).toEqual([]);
  }, 30_000);

  it.each([
    ['a port nobody allowed', 'ping', 'told-port', 'port'],
    ['an address of this machine', 'ping', 'told-loopback', 'address'],
    ['the same, written otherwise', 'push', 'told-mapped', 'address'],
  ])('OUT-2 MUST NOT connect to %s', async (_case, kind, clientId, answer) => {
    await decide(await begin(clientId), 'approve');
    expect(await recorded(kind, clientId, 'given-up')).toMatchObject({ attempts: 1, answer });
    expect(forbidden.received).toEqual([]);
  }, 30_000);
});

describe('Ours: how a person learns of a request', () => {
  it('the deployment’s own authenticator is told by a call it can believe, and a letter is written; neither has the auth_req_id', async () => {
    const before = receiver.at('/authenticator').length;
    const started = await begin('told-ping');
    const got = await arrived('/authenticator', before + 1);
    expect(JSON.parse(got.body)).toMatchObject({ type: 'approval.requested', client: { client_id: 'told-ping' }, binding_message: 'W4SCT', scope: 'openid' });
    const [, at, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got.headers['tessera-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', SECRET).update(`${at}.${got.body}`).digest('hex'));
    const letters = () => readdirSync(mail).filter((name) => name.endsWith('.json')).map((name) => readFileSync(path.join(mail, name), 'utf8'));
    const letter = await until(async () => letters().find((text) => text.includes(`${started.person.username}@example.com`)), (found) => found !== undefined, PROMPT_MS);
    expect(letter?.found).toContain(`${drivers.demo.issuer}/approvals`);
    for (const told of [got.body, letter?.found]) expect(told).not.toContain(started.authReqId);
  }, 30_000);
});
