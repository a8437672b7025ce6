import * as openid from 'openid-client';
import { type Answer, demo, type DemoClient, demoUser, post, rowCounts } from './demo.js';
import { asClient, refresh, text, userinfo } from './sign-in.js';
import { declare, tessera } from './tessera.js';

const DECLARATION = `
clients:
  - client_id: password-app
    client_name: Trusted application of old
    token_endpoint_auth_method: client_secret_basic
    grant_types: [password, refresh_token]
    scope: openid email offline_access
  - client_id: password-none
    client_name: Without the grant
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scope: orders.read
    resources: [https://api.example.com/orders]
users:
  - username: password-erin
    password:
      from_environment: ERIN_PASSWORD
`;
const erin = { username: 'password-erin', password: 'a long enough password' };

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION, { ERIN_PASSWORD: erin.password });
}, 60_000);

const ask = (more: Readonly<Record<string, string>> = {}, client = clientOf('password-app')) =>
  asClient(client, '/token', { grant_type: 'password', ...erin, scope: 'openid', ...more });
const outcome = ({ status, body }: Answer) => [status, body['error'], body['error_description']];

describe('RFC 6749 §4.3 the password grant', () => {
  it('gives tokens as the code grant does, refresh token included', async () => {
    const answer = await ask({ scope: 'openid offline_access' });
    expect(answer.status).toBe(200);
    const { sub } = JSON.parse(Buffer.from(text(answer, 'id_token').split('.')[1] ?? '', 'base64url').toString());
    expect((await userinfo(text(answer, 'access_token'))).body['sub']).toBe(sub);
    expect((await refresh(clientOf('password-app'), text(answer, 'refresh_token'))).status).toBe(200);
  });

  it('works with a generic client library', async () => {
    const { client_secret = '' } = clientOf('password-app');
    const configuration = await openid.discovery(new URL(demo.issuer), 'password-app', undefined, openid.ClientSecretBasic(client_secret), { execute: [openid.allowInsecureRequests] });
    const tokens = await openid.genericGrantRequest(configuration, 'password', { ...erin, scope: 'openid' });
    expect(tokens.access_token).toMatch(/./);
  });

  it('GEN-10 is refused to a client without the grant and to a public client', async () => {
    expect((await ask({}, clientOf('password-none'))).body['error']).toBe('unauthorized_client');
    const answer = await post('/token', { grant_type: 'password', ...erin, client_id: 'demo-public' });
    expect(['unauthorized_client', 'invalid_client']).toContain(answer.body['error']);
  });

  it('a foreign scope is invalid_scope', async () => {
    expect((await ask({ scope: 'admin' })).body['error']).toBe('invalid_scope');
  });
});

describe('CCR-3 unknown user, wrong, empty and overlong password, disabled and locked account share one answer', () => {
  it('in status, code and words', async () => {
    const wrong = outcome(await ask({ password: 'not the password' }));
    expect(wrong.slice(0, 2)).toEqual([400, 'invalid_grant']);
    expect(outcome(await ask({ username: 'nobody at all' }))).toEqual(wrong);
    expect(outcome(await ask({ password: 'x'.repeat(300) }))).toEqual(wrong);
    for (const [make, unmake] of [['disable', 'enable'], ['lock', 'unlock']] as const) {
      expect((await tessera(['user', make, erin.username])).status).toBe(0);
      expect(outcome(await ask())).toEqual(wrong);
      expect((await tessera(['user', unmake, erin.username])).status).toBe(0);
    }
    expect((await ask()).status).toBe(200);
  }, 30_000);

  it('a missing user name or password is an invalid request and changes nothing', async () => {
    const before = await rowCounts();
    const answer = await asClient(clientOf('password-app'), '/token', { grant_type: 'password', username: erin.username });
    expect(answer.body['error']).toBe('invalid_request');
    expect(await rowCounts()).toEqual(before);
  });
});

describe('NAT-7, SEC-2 a password goes nowhere in clear', () => {
  it('is not in any table', async () => {
    const secret = 'planted-password-for-the-dump';
    await ask({ password: secret });
    const pg = (await import('pg')).default;
    const database = new pg.Client({ connectionString: demo.addresses.postgres });
    await database.connect();
    try {
      const { rows } = await database.query<{ name: string }>(`SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`);
      for (const { name } of rows) {
        const found = await database.query(`SELECT 1 FROM "${name}" t WHERE t::text LIKE $1`, [`%${secret}%`]);
        expect([name, found.rowCount]).toEqual([name, 0]);
      }
    } finally {
      await database.end();
    }
  });
});

describe('CCR-4 too many wrong passwords', () => {
  it('end with the same answer for the right one, for this account and not for others', async () => {
    const yaml = `
users:
  - username: password-frank
    password:
      from_environment: FRANK_PASSWORD
`;
    await declare(yaml, { FRANK_PASSWORD: 'another long password' });
    const frank = { username: 'password-frank', password: 'another long password' };
    expect((await ask(frank)).status).toBe(200);
    const wrong = await Promise.all(Array.from({ length: 40 }, () => ask({ ...frank, password: 'guess' })));
    expect(wrong.filter(({ status }) => status >= 500)).toEqual([]);
    expect((await ask(frank)).status).not.toBe(200);
    expect((await ask()).status).toBe(200);
    expect((await tessera(['user', 'unlock', frank.username])).status).toBe(0);
    expect((await ask(frank)).status).toBe(200);
  }, 30_000);

  it('alice signs in all the while', async () => {
    expect((await ask(demoUser('alice'))).status).toBe(200);
  });
});
