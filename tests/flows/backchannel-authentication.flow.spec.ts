import { createPrivateKey, randomBytes, randomUUID, sign } from 'node:crypto';
import * as openid from 'openid-client';
import { demo, demoClient, demoUser, type DemoClient, post } from './demo.js';
import { asClient, formWith, page, signIn, text, userinfo, UserAgent } from './sign-in.js';
import type { Page } from './user-agent.js';
import { declare } from './tessera.js';

const CIBA = 'urn:openid:params:grant-type:ciba';
/** People are asked at most ten times in ten minutes (CIB-4): each run has its own. */
const RUN = randomBytes(4).toString('hex');
const PASSWORD = `a password for ${RUN}`;

/** Somebody nobody else asks. */
let people = 0;
const somebody = () => ({ username: `ciba-${RUN}-${people++}`, password: PASSWORD });

const DECLARATION = `
clients:
  - client_id: ciba-poll
    client_name: Poller
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}", refresh_token]
    scope: openid profile email offline_access
    backchannel_token_delivery_mode: poll
  - client_id: ciba-other
    client_name: Another poller
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: poll
  - client_id: ciba-ping
    client_name: Pinged
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: ping
    backchannel_client_notification_endpoint: https://ciba-ping.example.org/ping
  - client_id: ciba-long
    client_name: Poller that waits
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: poll
    backchannel_long_polling: true
  - client_id: ciba-code
    client_name: Poller that takes user codes
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: poll
    backchannel_user_code_parameter: true
  - client_id: ciba-none
    client_name: Without the grant
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scope: orders.read
    resources: [https://api.example.com/orders]

users:
${Array.from({ length: 10 }, (_, index) => `  - username: ciba-${RUN}-${index}\n    email: ciba-${RUN}-${index}@example.com\n    password: { from_environment: CIBA_PASSWORD }`).join('\n')}
`;

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION, { CIBA_PASSWORD: PASSWORD });
}, 60_000);

const begin = (parameters: Readonly<Record<string, string>>, client = clientOf('ciba-poll')) => asClient(client, '/bc-authorize', { scope: 'openid', ...parameters });
const poll = (authReqId: string, client = clientOf('ciba-poll')) => asClient(client, '/token', { grant_type: CIBA, auth_req_id: authReqId });

/** The inbox of a person who is signed in. */
async function inbox(agent: UserAgent, person: { readonly username: string; readonly password: string }): Promise<Page> {
  return page(await signIn(agent, await agent.open(`${demo.issuer}/approvals`), person));
}

/** Answers the request whose page shows this text. */
async function answer(agent: UserAgent, shown: Page, button: readonly [string, string]): Promise<Page> {
  return page(await agent.submit(shown, {}, button, formWith(shown, 'approval')));
}

describe('CIBA Core with openid-client', () => {
  it('a call centre that polls gets tokens once the customer approved on a device of their own', async () => {
    const client = demoClient('demo-call-centre');
    const { client_secret = '' } = client;
    const configuration = await openid.discovery(new URL(demo.issuer), client.client_id, undefined, openid.ClientSecretBasic(client_secret), { execute: [openid.allowInsecureRequests] });
    expect(configuration.serverMetadata()).toMatchObject({ backchannel_token_delivery_modes_supported: ['poll', 'ping', 'push'], backchannel_user_code_parameter_supported: true });
    const message = `W${randomBytes(3).toString('hex')}`;
    const response = await openid.initiateBackchannelAuthentication(configuration, { scope: 'openid email', login_hint: 'bob', binding_message: message });
    expect(response).toMatchObject({ expires_in: 300, interval: 5 });
    expect(response.auth_req_id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const tokens = openid.pollBackchannelAuthenticationGrant(configuration, response);
    const agent = new UserAgent();
    const shown = await inbox(agent, demoUser('bob'));
    expect(shown.html).toContain(message);
    expect(shown.html).not.toContain(response.auth_req_id);
    const done = await answer(agent, shown, ['answer', 'approve']);
    expect(done.html).toContain('The app goes on by itself');
    const claims = (await tokens).claims();
    expect(claims).toMatchObject({ aud: client.client_id, acr: '1', amr: ['pwd'] });
    expect((await userinfo((await tokens).access_token)).body).toMatchObject({ email: 'bob@example.com', sub: claims?.sub });
  }, 60_000);
});

describe('CIBA Core §11 polling', () => {
  it('is pending, too fast, then denied; each answer is not to be stored', async () => {
    const person = somebody();
    const authReqId = text(await begin({ login_hint: person.username, binding_message: 'W4SCT' }), 'auth_req_id');
    const pending = await poll(authReqId);
    expect([pending.status, pending.body['error']]).toEqual([400, 'authorization_pending']);
    expect(pending.headers.get('cache-control')).toBe('no-store');
    expect((await poll(authReqId)).body['error']).toBe('slow_down');
    const agent = new UserAgent();
    const done = await answer(agent, await inbox(agent, person), ['answer', 'deny']);
    expect(done.html).toContain('The app got nothing');
    const denied = await poll(authReqId);
    expect([denied.status, denied.body['error']]).toEqual([400, 'access_denied']);
  });

  it('gets tokens once: afterwards, and from another client, invalid_grant', async () => {
    const person = somebody();
    const authReqId = text(await begin({ login_hint: `${person.username}@example.com`, scope: 'openid offline_access' }), 'auth_req_id');
    const agent = new UserAgent();
    await answer(agent, await inbox(agent, person), ['answer', 'approve']);
    expect((await poll(authReqId, clientOf('ciba-other'))).body['error']).toBe('invalid_grant');
    const tokens = await poll(authReqId);
    expect(Object.keys(tokens.body).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type']);
    expect((await poll(authReqId)).body['error']).toBe('invalid_grant');
    // The access lives on its own: signing out of the browser it was approved in does not end it.
    const refreshed = await asClient(clientOf('ciba-poll'), '/token', { grant_type: 'refresh_token', refresh_token: text(tokens, 'refresh_token') });
    expect(refreshed.status).toBe(200);
  });

  it('§7.1 requested_expiry is honoured, and the end is expired_token', async () => {
    const person = somebody();
    const started = await begin({ login_hint: person.username, requested_expiry: '1' });
    expect(started.body['expires_in']).toBe(1);
    await until(async () => (await poll(text(started, 'auth_req_id'))).body['error'] === 'expired_token');
  }, 15_000);

  it('knows a person by an ID token of theirs', async () => {
    const person = somebody();
    const first = text(await begin({ login_hint: person.username }), 'auth_req_id');
    const agent = new UserAgent();
    await answer(agent, await inbox(agent, person), ['answer', 'approve']);
    const idToken = text(await poll(first), 'id_token');
    expect((await begin({ id_token_hint: idToken })).status).toBe(200);
    expect((await begin({ id_token_hint: idToken }, clientOf('ciba-other'))).body['error']).toBe('unknown_user_id');
  });
});

describe('CIBA Core §13 refusals over the wire', () => {
  it.each([
    ['no hint', {}, 'ciba-poll', 400, 'invalid_request'],
    ['two hints', { login_hint: 'bob', id_token_hint: 'x' }, 'ciba-poll', 400, 'invalid_request'],
    ['nobody', { login_hint: 'nobody-at-all' }, 'ciba-poll', 400, 'unknown_user_id'],
    ['no openid', { login_hint: 'bob', scope: 'email' }, 'ciba-poll', 400, 'invalid_scope'],
    ['a message that cannot be shown', { login_hint: 'bob', binding_message: 'x'.repeat(470) }, 'ciba-poll', 400, 'invalid_binding_message'],
    ['no notification token', { login_hint: 'bob' }, 'ciba-ping', 400, 'invalid_request'],
    ['a client without the grant', { login_hint: 'bob' }, 'ciba-none', 400, 'unauthorized_client'],
  ])('%s', async (_case, parameters, clientId, status, error) => {
    const refused = await begin(parameters, clientOf(clientId));
    expect([refused.status, refused.body['error']]).toEqual([status, error]);
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  it('a client that cannot prove to be itself', async () => {
    const refused = await post('/bc-authorize', { scope: 'openid', login_hint: 'bob', client_id: 'ciba-poll', client_secret: 'wrong' });
    expect([refused.status, refused.body['error']]).toEqual([401, 'invalid_client']);
  });

  it('CIB-4 a fourth request for one person is access_denied, with 403', async () => {
    const person = somebody();
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await begin({ login_hint: person.username })).status);
    expect(statuses).toEqual([200, 200, 200, 403]);
  });

  it('CIB-4 silencing a client keeps it away', async () => {
    const person = somebody();
    await begin({ login_hint: person.username });
    const agent = new UserAgent();
    const silenced = await answer(agent, await inbox(agent, person), ['answer', 'silence']);
    expect(silenced.html).toContain('Apps that may not ask you');
    expect((await begin({ login_hint: person.username })).status).toBe(403);
    const again = page(await agent.submit(silenced, {}, null, formWith(silenced, 'client_id')));
    expect(again.html).not.toContain('Apps that may not ask you');
    expect((await begin({ login_hint: person.username })).status).toBe(200);
  });
});

describe('CIBA Core §10.1.1 long polling', () => {
  it('a poll waits for the decision, and is answered with the tokens', async () => {
    const person = somebody();
    const client = clientOf('ciba-long');
    const authReqId = text(await begin({ login_hint: person.username }, client), 'auth_req_id');
    let answered = false;
    const waiting = poll(authReqId, client).finally(() => (answered = true));
    const agent = new UserAgent();
    const shown = await inbox(agent, person);
    expect(answered).toBe(false);
    await answer(agent, shown, ['answer', 'approve']);
    expect((await waiting).status).toBe(200);
  }, 30_000);
});

describe('Ours: number matching', () => {
  it('the number the client shows approves, any other denies', async () => {
    const person = somebody();
    const client = demoClient('demo-call-centre-number');
    for (const right of [true, false]) {
      const started = await begin({ login_hint: person.username }, client);
      const number = Number(started.body['tessera_number']);
      const agent = new UserAgent();
      const shown = await inbox(agent, person);
      const choices = formWith(shown, 'number').buttons.filter(([name]) => name === 'number').map(([, value]) => value);
      expect(choices).toHaveLength(3);
      expect(choices).toContain(String(number));
      const picked = choices.find((one) => (one === String(number)) === right) ?? '';
      await answer(agent, shown, ['number', picked]);
      const polled = await poll(text(started, 'auth_req_id'), client);
      expect(right ? polled.status : polled.body['error']).toBe(right ? 200 : 'access_denied');
    }
  });
});

describe('CIBA Core §7.1 user_code', () => {
  it('is asked for once the person has one, and a wrong one is refused', async () => {
    const person = somebody();
    const client = clientOf('ciba-code');
    expect((await begin({ login_hint: person.username }, client)).status).toBe(200);
    const agent = new UserAgent();
    await inbox(agent, person);
    const account = page(await agent.open(`${demo.issuer}/account`));
    expect(page(await agent.submit(account, { user_code: 'kestrel 7' }, null, formWith(account, 'user_code'))).html).toContain('The code is set.');
    expect((await begin({ login_hint: person.username }, client)).body['error']).toBe('missing_user_code');
    expect((await begin({ login_hint: person.username, user_code: 'kestrel 8' }, client)).body['error']).toBe('invalid_user_code');
    expect((await begin({ login_hint: person.username, user_code: 'kestrel 7' }, client)).status).toBe(200);
    expect((await begin({ login_hint: person.username })).status).toBe(200);
  });
});

describe('CIBA Core §7.1.1, FAPI-CIBA signed requests', () => {
  const client = demoClient('demo-ciba-signed');
  const jwt = (claims: object) => {
    const now = Math.floor(Date.now() / 1000);
    const input = [{ alg: 'ES256', typ: 'JWT' }, { iss: client.client_id, aud: demo.issuer, exp: now + 60, nbf: now, iat: now, jti: randomUUID(), ...claims }].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')).join('.');
    const key = createPrivateKey({ key: (client.private_key_jwk ?? demoClient('demo-key').private_key_jwk) as never, format: 'jwk' });
    return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  const asSigner = (path: string, parameters: Readonly<Record<string, string>>) =>
    post(path, { ...parameters, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: jwt({ sub: client.client_id }) });

  it('is answered as any other, once', async () => {
    const person = somebody();
    const request = jwt({ scope: 'openid', login_hint: person.username, binding_message: '1234', requested_expiry: 120 });
    const started = await asSigner('/bc-authorize', { request });
    expect([started.status, started.body['expires_in']]).toEqual([200, 120]);
    const replayed = await asSigner('/bc-authorize', { request });
    expect([replayed.status, replayed.body['error']]).toEqual([400, 'invalid_request']);
    const agent = new UserAgent();
    await answer(agent, await inbox(agent, person), ['answer', 'approve']);
    expect((await asSigner('/token', { grant_type: CIBA, auth_req_id: text(started, 'auth_req_id') })).status).toBe(200);
  });

  it.each([
    ['unsigned', () => ({ scope: 'openid', login_hint: 'bob' })],
    ['for somebody else', () => ({ request: jwt({ scope: 'openid', login_hint: 'bob', aud: 'https://other.example.com' }) })],
    ['with alg none', () => ({ request: jwt({ scope: 'openid', login_hint: 'bob' }).replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url')) })],
  ])('%s is invalid_request', async (_case, parameters) => {
    const refused = await asSigner('/bc-authorize', parameters() as Record<string, string>);
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_request']);
  });
});

/** Waits on a condition, at most ten seconds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const over = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > over) throw new Error('it did not come true');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
