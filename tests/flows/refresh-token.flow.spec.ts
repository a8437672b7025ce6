import { decodeJwt } from 'jose';
import { type Answer, type DemoClient, demoUser } from './demo.js';
import { asClient, authorizationUrl, departure, formWith, page, refresh, signIn, text, tokensByCode, userinfo, UserAgent } from './sign-in.js';
import { declare, tessera } from './tessera.js';

const CALLBACK = 'https://refresh-flow.example.org/cb';
const ORDERS = 'https://api.example.com/orders';

const DECLARATION = `
clients:
  - client_id: refresh-web
    client_name: Confidential, rotating
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid email offline_access orders.read
    resources: [${ORDERS}]
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: refresh-spa
    client_name: Public, with the retry window
    token_endpoint_auth_method: none
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: refresh-steady
    client_name: Confidential, not rotating
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
    rotate_refresh_tokens: false
users:
  - username: refresh-dave
    password:
      from_environment: DAVE_PASSWORD
`;
const dave = { username: 'refresh-dave', password: 'a long enough password' };

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION, { DAVE_PASSWORD: dave.password });
}, 60_000);

const offline = (client: string, by?: Parameters<typeof tokensByCode>[3]) => tokensByCode(clientOf(client), CALLBACK, { scope: 'openid offline_access' }, by);
const outcome = ({ status, body }: Answer) => [status, body['error']];
const REFUSED = [400, 'invalid_grant'];

describe('RFC 6749 §6 refreshing', () => {
  it('gives new tokens; the ID token keeps iss, sub, aud, sid and auth_time, has a fresh iat and no nonce (OIDC Core §12.2)', async () => {
    const first = await tokensByCode(clientOf('refresh-web'), CALLBACK, { scope: 'openid offline_access', nonce: 'n-0S6' });
    const second = await refresh(clientOf('refresh-web'), text(first, 'refresh_token'));
    expect(second.status).toBe(200);
    expect(second.headers.get('cache-control')).toBe('no-store');
    const [before, after] = [decodeJwt(text(first, 'id_token')), decodeJwt(text(second, 'id_token'))];
    expect(after).toMatchObject({ iss: before.iss, sub: before.sub, aud: before.aud, sid: before['sid'], auth_time: before['auth_time'] });
    expect(after).not.toHaveProperty('nonce');
    expect(text(second, 'refresh_token')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(text(second, 'refresh_token')).not.toBe(text(first, 'refresh_token'));
    expect((await userinfo(text(second, 'access_token'))).status).toBe(200);
  });

  it('GEN-7 may narrow the scope and never widen it', async () => {
    const tokens = await tokensByCode(clientOf('refresh-web'), CALLBACK, { scope: 'openid offline_access email' });
    const wider = await refresh(clientOf('refresh-web'), text(tokens, 'refresh_token'), { scope: 'openid orders.read' });
    expect(outcome(wider)).toEqual([400, 'invalid_scope']);
    const narrower = await refresh(clientOf('refresh-web'), text(tokens, 'refresh_token'), { scope: 'openid' });
    expect(String(narrower.body['scope']).split(' ')).not.toContain('email');
  });

  it('is refused without client authentication, and by another client, which burns nothing', async () => {
    const token = text(await offline('refresh-web'), 'refresh_token');
    expect((await refresh({ client_id: 'refresh-web', method: 'none', redirect_uris: [] }, token)).status).toBe(401);
    expect(outcome(await refresh(clientOf('refresh-spa'), token))).toEqual(REFUSED);
    expect((await refresh(clientOf('refresh-web'), token)).status).toBe(200);
  });

  it('no rotation where the client registered none: the same token goes on', async () => {
    const token = text(await offline('refresh-steady'), 'refresh_token');
    for (let use = 0; use < 3; use += 1) {
      const answer = await refresh(clientOf('refresh-steady'), token);
      expect(answer.status).toBe(200);
      expect(answer.body['refresh_token'] ?? token).toBe(token);
    }
  });
});

describe('REF-4 reuse of a refresh token that was replaced', () => {
  it('without a retry window ends the family, the winner included', async () => {
    const first = await offline('refresh-web');
    const second = await refresh(clientOf('refresh-web'), text(first, 'refresh_token'));
    expect(outcome(await refresh(clientOf('refresh-web'), text(first, 'refresh_token')))).toEqual(REFUSED);
    expect(outcome(await refresh(clientOf('refresh-web'), text(second, 'refresh_token')))).toEqual(REFUSED);
    expect((await userinfo(text(second, 'access_token'))).status).toBe(401);
  });

  it('within the window of a public client gives the same successor; an older generation ends the family', async () => {
    const first = text(await offline('refresh-spa'), 'refresh_token');
    const second = text(await refresh(clientOf('refresh-spa'), first), 'refresh_token');
    expect(text(await refresh(clientOf('refresh-spa'), first), 'refresh_token')).toBe(second);
    const third = await refresh(clientOf('refresh-spa'), second);
    expect(third.status).toBe(200);
    expect(outcome(await refresh(clientOf('refresh-spa'), first))).toEqual(REFUSED);
    expect(outcome(await refresh(clientOf('refresh-spa'), text(third, 'refresh_token')))).toEqual(REFUSED);
  });

  it('REF-2 forty at once, no window: one winner, never a 5xx, and the family is over', async () => {
    const token = text(await offline('refresh-web'), 'refresh_token');
    const answers = await Promise.all(Array.from({ length: 40 }, () => refresh(clientOf('refresh-web'), token)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 200).map(outcome)).toEqual(Array.from({ length: 39 }, () => REFUSED));
    expect(outcome(await refresh(clientOf('refresh-web'), String(won[0]?.body['refresh_token'])))).toEqual(REFUSED);
  });

  it('REF-2 forty at once, within the window: all get one and the same successor, and it works', async () => {
    const token = text(await offline('refresh-spa'), 'refresh_token');
    const answers = await Promise.all(Array.from({ length: 40 }, () => refresh(clientOf('refresh-spa'), token)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    const successors = new Set(answers.map(({ body }) => body['refresh_token']));
    expect(successors.size).toBe(1);
    expect((await refresh(clientOf('refresh-spa'), String([...successors][0]))).status).toBe(200);
  });
});

describe('REF-5, REF-7, I5 what ends a refresh token', () => {
  it('RFC 7009, TOK-4 revoking it ends every token of the grant', async () => {
    const tokens = await offline('refresh-web');
    expect((await asClient(clientOf('refresh-web'), '/revoke', { token: text(tokens, 'refresh_token') })).status).toBe(200);
    expect(outcome(await refresh(clientOf('refresh-web'), text(tokens, 'refresh_token')))).toEqual(REFUSED);
    expect((await userinfo(text(tokens, 'access_token'))).status).toBe(401);
    expect((await asClient(clientOf('refresh-web'), '/introspect', { token: text(tokens, 'access_token') })).body).toEqual({ active: false });
  });

  it('TOK-5 another client cannot revoke it', async () => {
    const tokens = await offline('refresh-web');
    expect((await asClient(clientOf('refresh-spa'), '/revoke', { token: text(tokens, 'refresh_token') })).status).toBeLessThan(500);
    expect((await refresh(clientOf('refresh-web'), text(tokens, 'refresh_token'))).status).toBe(200);
  });

  it('logout ends one without offline_access and leaves one with it', async () => {
    const agent = new UserAgent();
    const online = await tokensByCode(clientOf('refresh-web'), CALLBACK, { scope: 'openid' }, { agent });
    const kept = await offline('refresh-web', { agent });
    const shown = page(await agent.open(new URL('/end_session', authorizationUrl({}))));
    page(await agent.submit(shown, {}, ['decision', 'sign-out'], formWith(shown, 'decision')));
    expect(outcome(await refresh(clientOf('refresh-web'), text(online, 'refresh_token')))).toEqual(REFUSED);
    expect((await userinfo(text(online, 'access_token'))).status).toBe(401);
    expect((await refresh(clientOf('refresh-web'), text(kept, 'refresh_token'))).status).toBe(200);
  });

  it.each(['disable', 'lock'])('an account that is made unable to sign in by %s has no usable token, and has again afterwards', async (verb) => {
    const tokens = await offline('refresh-web', { person: dave });
    expect((await tessera(['user', verb, dave.username])).status).toBe(0);
    expect((await userinfo(text(tokens, 'access_token'))).status).toBe(401);
    expect(outcome(await refresh(clientOf('refresh-web'), text(tokens, 'refresh_token')))).toEqual(REFUSED);
    expect((await tessera(['user', verb === 'disable' ? 'enable' : 'unlock', dave.username])).status).toBe(0);
  });

  it('I5 a refresh that races a disable leaves nothing usable', async () => {
    let token = text(await offline('refresh-web', { person: dave }), 'refresh_token');
    const got: Answer[] = [];
    const refreshing = (async () => {
      for (;;) {
        const answer = await refresh(clientOf('refresh-web'), token);
        got.push(answer);
        if (answer.status !== 200) return;
        token = text(answer, 'refresh_token');
      }
    })();
    expect((await tessera(['user', 'disable', dave.username])).status).toBe(0);
    await refreshing;
    expect(got.filter(({ status }) => status >= 500)).toEqual([]);
    for (const { body } of got.filter(({ status }) => status === 200).slice(-3)) {
      expect((await userinfo(String(body['access_token']))).status).toBe(401);
    }
    expect((await tessera(['user', 'enable', dave.username])).status).toBe(0);
  });
});

describe('TOK-2 introspection of what a user granted', () => {
  it('is told to the client it was issued to and to nobody else', async () => {
    const tokens = await offline('refresh-web');
    const mine = await asClient(clientOf('refresh-web'), '/introspect', { token: text(tokens, 'access_token') });
    expect(mine.body).toMatchObject({ active: true, sub: decodeJwt(text(tokens, 'id_token')).sub, client_id: 'refresh-web', token_type: 'Bearer' });
    expect((await asClient(clientOf('refresh-steady'), '/introspect', { token: text(tokens, 'access_token') })).body).toEqual({ active: false });
    const family = await asClient(clientOf('refresh-web'), '/introspect', { token: text(tokens, 'refresh_token') });
    expect(family.body).toMatchObject({ active: true, client_id: 'refresh-web' });
    expect((await asClient(clientOf('refresh-steady'), '/introspect', { token: text(tokens, 'refresh_token') })).body).toEqual({ active: false });
  });

  it('alice is who the tokens speak for', async () => {
    const agent = new UserAgent();
    departure(await signIn(agent, await agent.open(authorizationUrl({ response_type: 'code', client_id: 'refresh-web', redirect_uri: CALLBACK, scope: 'openid', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' })), demoUser('alice')));
    const tokens = await tokensByCode(clientOf('refresh-web'), CALLBACK, {}, { agent });
    expect((await userinfo(text(tokens, 'access_token'))).body['sub']).toBe(decodeJwt(text(tokens, 'id_token')).sub);
  });
});
