import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { until } from '../faults/system.js';
import { type ConformanceSystem, startConformanceSystem } from './conformance-system.js';
import type { DemoClient } from './demo.js';
import { LogoutReceiver, ReceiverCertificate } from './logout-receiver.js';
import type { UserAgent } from './user-agent.js';

const CALLBACK = 'https://backchannel-flow.example.org/cb';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const PROMPT_MS = 5_000;

const certificate = new ReceiverCertificate();
/** The drivers of the flows read which system they drive when they are loaded. */
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let running: ConformanceSystem;
let receiver: LogoutReceiver;
/** Another machine, as far as the worker can tell: nobody is kept from it by what happens at the first. */
let slow: LogoutReceiver;
/** A machine that is on nobody's allow-list, at a port that is allowed. */
let forbidden: LogoutReceiver;
let clientOf: (clientId: string) => DemoClient;

const client = (id: string, uri: string | null, more: readonly string[] = []) => `
  - client_id: ${id}
    client_name: ${id}
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true${uri === null ? '' : `\n    backchannel_logout_uri: ${uri}`}${more.map((line) => `\n    ${line}`).join('')}`;

beforeAll(async () => {
  [receiver, slow, forbidden] = await Promise.all([LogoutReceiver.open(certificate), LogoutReceiver.open(certificate), LogoutReceiver.open(certificate)]);
  const worker = { OUTBOUND_ALLOWED_HOSTS: `${receiver.host},${slow.host}`, OUTBOUND_PORTS: String(forbidden.port), OUTBOUND_CA_FILE: certificate.file };
  running = await startConformanceSystem(worker);
  drivers = await loaded();
  clientOf = await drivers.declare(`clients:${[
    client('bcl-web', receiver.address('/web'), ['backchannel_logout_session_required: true']),
    client('bcl-other', receiver.address('/other')),
    client('bcl-silent', null),
    client('bcl-pairwise', receiver.address('/pairwise'), ['subject_type: pairwise']),
    client('bcl-es256', receiver.address('/es256'), ['id_token_signed_response_alg: ES256']),
    client('bcl-flaky', receiver.address('/flaky')),
    client('bcl-refusing', receiver.address('/refusing')),
    client('bcl-elsewhere', receiver.address('/elsewhere')),
    client('bcl-hanging', slow.address('/hanging')),
    client('bcl-port', `https://localhost:${receiver.port === 8443 ? 9443 : 8443}/out`),
    client('bcl-loopback', `https://127.0.0.1:${forbidden.port}/out`),
    client('bcl-mapped', `https://[::ffff:7f00:1]:${forbidden.port}/out`),
  ].join('')}
users:
  - username: bcl-ivan
    password:
      from_environment: IVAN_PASSWORD
`, { IVAN_PASSWORD: 'a long enough password' });
}, 120_000);

afterAll(async () => {
  await running.stop();
  await Promise.all([receiver, slow, forbidden].map((one) => one.close()));
  certificate.remove();
}, 60_000);

/** Signs in at a client in this browser; the claims of its ID token. */
async function signedInAt(agent: UserAgent, id: string, scope = 'openid', person?: { username: string; password: string }) {
  const { tokensByCode, text } = drivers;
  const tokens = await tokensByCode(clientOf(id), CALLBACK, { scope }, person === undefined ? { agent } : { agent, person });
  const idToken = text(tokens, 'id_token');
  const claims: Record<string, unknown> = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
  return { tokens, idToken, claims };
}

const signOut = (agent: UserAgent, hint: string) => agent.open(new URL(`${drivers.demo.issuer}/end_session?${new URLSearchParams({ id_token_hint: hint })}`));
const arrived = async (at: LogoutReceiver, on: string, count: number, ms = PROMPT_MS) =>
  expect(await until(async () => at.at(on).length, (seen) => seen >= count, ms)).not.toBeNull();

interface Listed {
  readonly lane: string;
  readonly state: string;
  readonly attempts: number;
  readonly answer: string | null;
}

/** The records of a client, newest first, when the newest is as wanted. */
async function recorded(id: string, state: string, ms = PROMPT_MS): Promise<Listed> {
  const ask = async (): Promise<Listed[]> => JSON.parse((await drivers.tessera(['deliveries', 'list', '--client', id, '--json'])).stdout);
  const found = await until(ask, ([newest]) => newest?.state === state, ms);
  const [newest] = found?.found ?? (await ask());
  if (newest === undefined) throw new Error(`nothing is recorded for ${id}`);
  expect(newest.state).toBe(state);
  return newest;
}

describe('Back-Channel Logout §2.1 metadata', () => {
  it('says that it is supported, with the session', async () => {
    expect((await running.system.get('/.well-known/openid-configuration')).body).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true });
  });
});

describe('LOG-4, Back-Channel Logout §2.4, §2.5; OpenID certification, back-channel: the logout token', () => {
  it('MUST reach the client as a form with nothing but logout_token, signed by a published key, for the session of the ID token', async () => {
    const agent = new drivers.UserAgent();
    const { idToken, claims } = await signedInAt(agent, 'bcl-web');
    await signOut(agent, idToken);
    await arrived(receiver, '/web', 1);
    const [got] = receiver.at('/web');
    if (got === undefined) throw new Error('nothing arrived');
    expect([got.method, got.mediaType, got.form.map(([name]) => name)]).toEqual(['POST', 'application/x-www-form-urlencoded', ['logout_token']]);
    const keys = createRemoteJWKSet(new URL(`${drivers.demo.issuer}/jwks`));
    const { payload, protectedHeader } = await jwtVerify(got.token, keys, { issuer: drivers.demo.issuer, audience: 'bcl-web', typ: 'logout+jwt', maxTokenAge: 120 });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'events', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
    expect(payload).toMatchObject({ sub: claims['sub'], sid: claims['sid'], events: { [EVENT]: {} } });
    expect(Object.keys(payload['events'] as object)).toEqual([EVENT]);
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(120);
    expect(await recorded('bcl-web', 'delivered')).toMatchObject({ attempts: 1, answer: '200' });
  }, 30_000);

  it('goes to every client of that session, once, and to none of another session, nor to one that registered no address', async () => {
    const [agent, elsewhere] = [new drivers.UserAgent(), new drivers.UserAgent()];
    const { idToken, claims } = await signedInAt(agent, 'bcl-web');
    await signedInAt(agent, 'bcl-web');
    const other = await signedInAt(agent, 'bcl-other');
    await signedInAt(agent, 'bcl-silent');
    const bystander = await signedInAt(elsewhere, 'bcl-other');
    const [web, others] = [receiver.at('/web').length, receiver.at('/other').length];
    await signOut(agent, idToken);
    await arrived(receiver, '/web', web + 1);
    await arrived(receiver, '/other', others + 1);
    expect(receiver.at('/web').at(-1)?.claims).toMatchObject({ sid: claims['sid'], aud: 'bcl-web' });
    expect(receiver.at('/other').at(-1)?.claims).toMatchObject({ sid: other.claims['sid'], aud: 'bcl-other' });
    expect(bystander.claims['sid']).not.toBe(claims['sid']);
    await signOut(elsewhere, bystander.idToken);
    await arrived(receiver, '/other', others + 2);
    expect([receiver.at('/web').length, receiver.at('/other').length]).toEqual([web + 1, others + 2]);
    expect(receiver.received.filter((one) => one.claims['aud'] === 'bcl-silent')).toEqual([]);
  }, 30_000);

  it('OIDC Core §8 names a pairwise client’s person as its ID token does, and §2.6 is signed as its ID tokens are', async () => {
    const agent = new drivers.UserAgent();
    const pairwise = await signedInAt(agent, 'bcl-pairwise');
    const es256 = await signedInAt(agent, 'bcl-es256');
    expect(pairwise.claims['sub']).not.toBe(es256.claims['sub']);
    await signOut(agent, es256.idToken);
    await arrived(receiver, '/pairwise', 1);
    await arrived(receiver, '/es256', 1);
    expect(receiver.at('/pairwise')[0]?.claims).toMatchObject({ sub: pairwise.claims['sub'], sid: pairwise.claims['sid'] });
    expect(decodeProtectedHeader(receiver.at('/es256')[0]?.token ?? '').alg).toBe('ES256');
  }, 30_000);

  it('TOK-6 MUST NOT be taken for another token: not as an access token, not as a hint', async () => {
    const agent = new drivers.UserAgent();
    await signedInAt(agent, 'bcl-web');
    const token = receiver.at('/web').at(-1)?.token ?? '';
    expect((await drivers.userinfo(token)).status).toBe(401);
    // As a hint it is worth nothing: the person is asked, as without one (LOG-2).
    expect(drivers.stepOf(drivers.page(await signOut(agent, token)))).toBe('confirm-logout');
  }, 30_000);
});

describe('Back-Channel Logout §2.7 what ends with the session', () => {
  it('a refresh token without offline_access MUST be dead; one with it lives', async () => {
    const agent = new drivers.UserAgent();
    const online = await signedInAt(agent, 'bcl-web');
    const offline = await signedInAt(agent, 'bcl-other', 'openid offline_access');
    await signOut(agent, online.idToken);
    expect((await drivers.refresh(clientOf('bcl-web'), drivers.text(online.tokens, 'refresh_token'))).body['error']).toBe('invalid_grant');
    expect((await drivers.refresh(clientOf('bcl-other'), drivers.text(offline.tokens, 'refresh_token'))).status).toBe(200);
  }, 30_000);

  it.each([
    ['the operator disables the user', ['user', 'disable', 'bcl-ivan']],
    ['the operator sets another password', ['user', 'set-password', 'bcl-ivan', '--from-environment', 'NEXT_PASSWORD']],
  ])('clients learn of it as well when %s', async (_case, command) => {
    await drivers.tessera(['user', 'enable', 'bcl-ivan']);
    const agent = new drivers.UserAgent();
    const { claims } = await signedInAt(agent, 'bcl-web', 'openid', { username: 'bcl-ivan', password: 'a long enough password' });
    const before = receiver.at('/web').length;
    expect((await drivers.tessera(command, { NEXT_PASSWORD: 'another long password' })).status).toBe(0);
    await arrived(receiver, '/web', before + 1);
    expect(receiver.at('/web').at(-1)?.claims).toMatchObject({ sid: claims['sid'], sub: claims['sub'] });
  }, 30_000);
});

describe('F15, Back-Channel Logout §2.8 what a client answers', () => {
  it('503 and a connection that breaks are tried again, with the same jti, until it takes it', async () => {
    receiver.behaviours.set('/flaky', (n) => (n === 1 ? 503 : n === 2 ? 'reset' : 204));
    const agent = new drivers.UserAgent();
    await signOut(agent, (await signedInAt(agent, 'bcl-flaky')).idToken);
    await arrived(receiver, '/flaky', 3, 20_000);
    expect(await recorded('bcl-flaky', 'delivered')).toMatchObject({ attempts: 3, answer: '204' });
    expect(new Set(receiver.at('/flaky').map((one) => one.claims['jti'])).size).toBe(1);
    expect(receiver.at('/flaky').at(-1)?.claims['sid']).toBe(receiver.at('/flaky')[0]?.claims['sid']);
  }, 40_000);

  it('400 is final', async () => {
    receiver.behaviours.set('/refusing', () => 400);
    const agent = new drivers.UserAgent();
    await signOut(agent, (await signedInAt(agent, 'bcl-refusing')).idToken);
    expect(await recorded('bcl-refusing', 'given-up')).toMatchObject({ attempts: 1, answer: '400' });
    expect(receiver.at('/refusing')).toHaveLength(1);
  }, 30_000);

  it('OUT-3 a redirect is never followed', async () => {
    receiver.behaviours.set('/elsewhere', () => ({ status: 307, location: receiver.address('/followed') }));
    const agent = new drivers.UserAgent();
    await signOut(agent, (await signedInAt(agent, 'bcl-elsewhere')).idToken);
    expect(await recorded('bcl-elsewhere', 'given-up')).toMatchObject({ attempts: 1, answer: 'redirected' });
    expect(receiver.at('/followed')).toEqual([]);
  }, 30_000);

  it.each([
    ['a port nobody allowed', 'bcl-port', 'port'],
    ['an address of this machine', 'bcl-loopback', 'address'],
    ['the same, written otherwise', 'bcl-mapped', 'address'],
  ])('OUT-2 MUST NOT connect to %s', async (_case, id, answer) => {
    const agent = new drivers.UserAgent();
    await signOut(agent, (await signedInAt(agent, id)).idToken);
    expect(await recorded(id, 'given-up')).toMatchObject({ attempts: 1, answer });
    expect(forbidden.received).toEqual([]);
  }, 30_000);

  it('one that hangs holds up nobody else', async () => {
    slow.behaviours.set('/hanging', () => 'hang');
    const hung: { readonly agent: UserAgent; readonly hint: string }[] = [];
    // One after the other: attempts on one account that are under way count until they succeed.
    for (let n = 0; n < 12; n += 1) {
      const agent = new drivers.UserAgent();
      hung.push({ agent, hint: (await signedInAt(agent, 'bcl-hanging')).idToken });
    }
    const agent = new drivers.UserAgent();
    const { idToken } = await signedInAt(agent, 'bcl-other');
    for (const one of hung) await signOut(one.agent, one.hint);
    await arrived(slow, '/hanging', 2);
    const before = receiver.at('/other').length;
    const began = performance.now();
    await signOut(agent, idToken);
    await arrived(receiver, '/other', before + 1);
    expect(performance.now() - began).toBeLessThan(2_000);
    slow.behaviours.set('/hanging', () => 200);
    const sids = () => new Set(slow.at('/hanging').map((one) => one.claims['sid'])).size;
    expect(await until(async () => sids(), (seen) => seen === 12, 45_000)).not.toBeNull();
  }, 90_000);
});
