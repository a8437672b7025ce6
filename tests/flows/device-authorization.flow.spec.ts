import { setTimeout as delay } from 'node:timers/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { demo, type DemoClient, demoUser, post } from './demo.js';
import { answerDevice, DEVICE_GRANT, enterCode, pollDevice, startDevice, toComparison } from './device.js';
import { asClient, formWith, page, text, userinfo, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';

const ORDERS = 'https://api.example.com/orders';
const DECLARATION = `
clients:
  - client_id: device-tv
    client_name: Public television
    token_endpoint_auth_method: none
    grant_types: ["${DEVICE_GRANT}", refresh_token]
    scope: openid profile email offline_access orders.read
    resources: [${ORDERS}]
    first_party: true
  - client_id: device-kiosk
    client_name: Confidential kiosk
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${DEVICE_GRANT}"]
    scope: openid profile
  - client_id: device-none
    client_name: Client without the device flow
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scope: orders.read
    resources: [${ORDERS}]
`;

let television: DemoClient;
let kiosk: DemoClient;
let other: DemoClient;
beforeAll(async () => {
  const clientOf = await declare(DECLARATION);
  [television, kiosk, other] = [clientOf('device-tv'), clientOf('device-kiosk'), clientOf('device-none')];
}, 60_000);

const jwks = createRemoteJWKSet(new URL(`${demo.issuer}/jwks`));
const FLOW_MS_MAX = 60_000;

/** A new browser in which somebody signed in and is at the page that compares. */
async function comparing(userCode: string, agent = new UserAgent()) {
  return { agent, shown: await toComparison(agent, await enterCode(agent, demo.issuer, userCode)) };
}

describe('RFC 8628 with openid-client', () => {
  it('connects a television: code, sign-in, comparison, tokens, userinfo, refresh', async () => {
    const configuration = await openid.discovery(new URL(demo.issuer), 'demo-device', undefined, openid.None(), { execute: [openid.allowInsecureRequests] });
    expect(configuration.serverMetadata()).toMatchObject({ device_authorization_endpoint: `${demo.issuer}/device_authorization` });
    expect(configuration.serverMetadata().grant_types_supported).toContain(DEVICE_GRANT);
    const started = await openid.initiateDeviceAuthorization(configuration, { scope: 'openid profile offline_access orders.read' });
    expect(started).toMatchObject({ verification_uri: `${demo.issuer}/device`, expires_in: 600, interval: 5 });
    const polling = openid.pollDeviceAuthorizationGrant(configuration, started);
    const agent = new UserAgent();
    // The QR code leads here; nothing happens but that the field is filled in.
    const entry = page(await agent.open(started.verification_uri_complete ?? ''));
    expect(formWith(entry, 'user_code').fields).toContainEqual(['user_code', started.user_code]);
    const comparison = await toComparison(agent, page(await agent.submit(entry)));
    for (const shown of ['Living Room TV', started.user_code, 'the same network address as this browser', 'orders.read', 'Alice Marie Adams']) {
      expect(comparison.html).toContain(shown);
    }
    expect(page(await answerDevice(agent, comparison, 'allow')).html).toContain('Your device is connected');
    const tokens = await polling;
    expect(tokens.claims()).toMatchObject({ iss: demo.issuer, aud: 'demo-device', acr: '1', auth_time: expect.any(Number) });
    const information = await openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(information).toMatchObject({ name: 'Alice Marie Adams' });
    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub);
    await expect(openid.pollDeviceAuthorizationGrant(configuration, { ...started, interval: 0 })).rejects.toMatchObject({ error: 'invalid_grant' });
  }, FLOW_MS_MAX);
});

describe('RFC 8628 §3.1, §3.2, DEV-3 the device authorization endpoint', () => {
  it('authenticates a confidential client here and at the token endpoint', async () => {
    const started = await startDevice(kiosk);
    const { agent, shown } = await comparing(started.userCode);
    await answerDevice(agent, shown, 'allow');
    const claimed = { grant_type: DEVICE_GRANT, device_code: started.deviceCode, client_id: kiosk.client_id };
    expect(await post('/token', claimed)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await post('/device_authorization', { scope: 'openid', client_id: kiosk.client_id })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await pollDevice(television, started)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const tokens = await pollDevice(kiosk, started);
    expect(tokens).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 600 } });
    expect(tokens.headers.get('cache-control')).toBe('no-store');
    expect(tokens.body).not.toHaveProperty('refresh_token');
    const { payload } = await jwtVerify(text(tokens, 'id_token'), jwks, { issuer: demo.issuer, audience: kiosk.client_id });
    expect(payload).not.toHaveProperty('sid');
    expect(await userinfo(text(tokens, 'access_token'))).toMatchObject({ status: 200, body: { sub: payload.sub } });
  }, FLOW_MS_MAX);

  it.each([
    ['a client without the grant type', () => asClient(other, '/device_authorization', { scope: 'orders.read' }), 'unauthorized_client'],
    ['a scope the client did not register', () => asClient(television, '/device_authorization', { scope: 'openid orders.write' }), 'invalid_scope'],
    ['a resource nobody has', () => asClient(television, '/device_authorization', { scope: 'openid', resource: 'https://nobody.example' }), 'invalid_target'],
    ['a parameter twice', () => post('/device_authorization', [['client_id', 'device-tv'], ['scope', 'openid'], ['scope', 'email']]), 'invalid_request'],
  ])('refuses %s', async (_case, ask, error) => {
    expect(await ask()).toMatchObject({ status: 400, body: { error } });
  });

  it('gives each request codes of its own, the device code 256 bits long and the user code in the alphabet', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => startDevice(television)));
    expect(new Set(all.map(({ deviceCode }) => deviceCode)).size).toBe(5);
    for (const { deviceCode, userCode } of all) {
      expect(deviceCode).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    }
  });
});

describe('RFC 8628 §3.5, DEV-4 polling', () => {
  it('pending, slow_down that widens, and an obedient client recovers', async () => {
    const started = await startDevice(television);
    expect(await pollDevice(television, started)).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
    expect(await pollDevice(television, started)).toMatchObject({ status: 400, body: { error: 'slow_down' } });
    await delay(10_000);
    expect(await pollDevice(television, started)).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
  }, FLOW_MS_MAX);

  it('access_denied, and it stays so', async () => {
    const started = await startDevice(television);
    const { agent, shown } = await comparing(started.userCode);
    expect(page(await answerDevice(agent, shown, 'deny')).html).toContain('Your device is not connected');
    expect(await pollDevice(television, started)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
    expect(await pollDevice(television, started)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  }, FLOW_MS_MAX);

  it('I1 twenty polls at once get tokens once', async () => {
    const started = await startDevice(television);
    const { agent, shown } = await comparing(started.userCode);
    await answerDevice(agent, shown, 'allow');
    const answers = await Promise.all(Array.from({ length: 20 }, () => pollDevice(television, started)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).toHaveLength(19);
  }, FLOW_MS_MAX);
});

describe('RFC 8628 §3.3, §5.4, DEV-5 the person', () => {
  it('is asked to compare even where the client is of the house and they are signed in', async () => {
    const first = await startDevice(television);
    const { agent, shown } = await comparing(first.userCode);
    await answerDevice(agent, shown, 'allow');
    const second = await startDevice(television);
    const comparison = await enterCode(agent, demo.issuer, second.userCode);
    expect(comparison.html).toContain(second.userCode);
    expect(await pollDevice(television, second)).toMatchObject({ body: { error: 'authorization_pending' } });
  }, FLOW_MS_MAX);

  it.each([
    ['in small letters without the dash', (code: string) => code.replace('-', '').toLowerCase()],
    ['with spaces', (code: string) => ` ${[...code.replace('-', '')].join(' ')} `],
  ])('may type the code %s', async (_case, typed) => {
    const { userCode } = await startDevice(television);
    expect((await comparing(typed(userCode))).shown.html).toContain(userCode);
  }, FLOW_MS_MAX);

  it('gets what they leave ticked, and no more', async () => {
    const started = await startDevice(television, { scope: 'openid email orders.read' });
    const { agent, shown } = await comparing(started.userCode);
    const form = formWith(shown, 'decision');
    const fields = form.fields.filter(([name, value]) => name !== 'scope' || value !== 'email');
    await agent.submit(shown, {}, ['decision', 'allow'], { ...form, fields });
    const tokens = await pollDevice(television, started);
    expect(text(tokens, 'scope')).toBe('openid orders.read');
  }, FLOW_MS_MAX);

  it('may be somebody else than who is signed in', async () => {
    const agent = new UserAgent();
    const first = await startDevice(television);
    await comparing(first.userCode, agent);
    const second = await startDevice(television, { scope: 'openid email' });
    const comparison = await enterCode(agent, demo.issuer, second.userCode);
    const asked = page(await agent.submit(comparison, {}, ['choice', 'other'], formWith(comparison, 'choice')));
    const bob = await toComparison(agent, asked, demoUser('bob'));
    expect(bob.html).toContain('Bob Brown');
    await answerDevice(agent, bob, 'allow');
    expect(await userinfo(text(await pollDevice(television, second), 'access_token'))).toMatchObject({ body: { email: 'bob@example.com' } });
  }, FLOW_MS_MAX);

  it('I3 the first answer wins, over two browsers and two people', async () => {
    const started = await startDevice(television);
    const [alice, bob] = [await comparing(started.userCode), new UserAgent()];
    const compared = await toComparison(bob, await enterCode(bob, demo.issuer, started.userCode), demoUser('bob'));
    expect(page(await answerDevice(alice.agent, alice.shown, 'deny')).html).toContain('Your device is not connected');
    expect(page(await answerDevice(bob, compared, 'allow')).html).toContain('This device was turned down already');
    expect(await pollDevice(television, started)).toMatchObject({ body: { error: 'access_denied' } });
  }, FLOW_MS_MAX);

  it('DEV-2 is told to wait after five wrong codes, in this browser only', async () => {
    const { userCode } = await startDevice(television);
    const agent = new UserAgent();
    for (let wrong = 0; wrong < 5; wrong += 1) expect((await enterCode(agent, demo.issuer, 'ZZZZ-ZZZZ')).html).toContain('No device waits with this code');
    const blocked = await enterCode(agent, demo.issuer, userCode);
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(500);
    expect((await enterCode(new UserAgent(), demo.issuer, userCode)).html).toContain('Sign in');
  }, FLOW_MS_MAX);

  it('UIX-4 is nobody another site sends: a form from elsewhere enters no code and decides nothing', async () => {
    const { userCode } = await startDevice(television);
    const agent = new UserAgent();
    await agent.open(`${demo.issuer}/device`);
    const forged = page(await agent.post(new URL(`${demo.issuer}/device`), [['user_code', userCode]], { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }));
    expect(forged.status).toBe(403);
    expect(forged.html).not.toContain(userCode);
  }, FLOW_MS_MAX);

  it('signs out in the browser, and the device stays connected, until they end its access on their account page', async () => {
    const started = await startDevice(kiosk);
    const { agent, shown } = await comparing(started.userCode, new UserAgent());
    await answerDevice(agent, shown, 'allow');
    const accessToken = text(await pollDevice(kiosk, started), 'access_token');
    const leaving = page(await agent.open(`${demo.issuer}/end_session`));
    await agent.submit(leaving, {}, ['decision', 'sign-out'], formWith(leaving, 'decision'));
    expect((await userinfo(accessToken)).status).toBe(200);
    const account = await toComparison(agent, page(await agent.open(`${demo.issuer}/account`)));
    const ending = account.forms.find(({ fields }) => fields.some(([name, value]) => name === 'client_id' && value === kiosk.client_id));
    expect(account.html).toContain('Confidential kiosk');
    await agent.submit(account, {}, null, ending);
    expect((await userinfo(accessToken)).status).toBe(401);
  }, FLOW_MS_MAX);
});
