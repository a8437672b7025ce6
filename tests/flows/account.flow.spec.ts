import { demo, type DemoClient } from './demo.js';
import { authorizationUrl, departure, formWith, page, refresh, signIn, stepOf, text, tokensByCode, userinfo, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';
import type { Page } from './user-agent.js';

const CALLBACK = 'https://account-flow.example.org/cb';

const DECLARATION = `
clients:
  - client_id: account-web
    client_name: An application on the account page
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid email offline_access
    redirect_uris: [${CALLBACK}]
users:
  - username: account-grace
    password:
      from_environment: GRACE_PASSWORD
  - username: account-heidi
    password:
      from_environment: HEIDI_PASSWORD
`;
const grace = { username: 'account-grace', password: 'a long enough password' };
const heidi = { username: 'account-heidi', password: 'a long enough password' };

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  clientOf = await declare(DECLARATION, { GRACE_PASSWORD: grace.password, HEIDI_PASSWORD: heidi.password });
}, 60_000);

const ACCOUNT = `${demo.issuer}/account`;
const open = async (agent: UserAgent): Promise<Page> => page(await agent.open(ACCOUNT));
const tokens = (agent: UserAgent, person: typeof grace, scope = 'openid offline_access') => tokensByCode(clientOf('account-web'), CALLBACK, { scope }, { agent, person });
const change = ({ forms }: Page, kind: string) => forms.filter(({ fields, buttons }) => [...fields, ...buttons].some(([name, value]) => name === 'change' && value === kind));

async function press(agent: UserAgent, shown: Page, kind: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
  const [form] = change(shown, kind);
  if (form === undefined) throw new Error(`the account page cannot ${kind}:\n${shown.html}`);
  const button = form.buttons.find(([name]) => name === 'change') ?? null;
  return page(await agent.submit(shown, fields, button, form));
}

describe('UIX-9 the account page', () => {
  it('asks who is there first, and comes back to itself', async () => {
    const agent = new UserAgent();
    const shown = await open(agent);
    expect(stepOf(shown)).toBe('password');
    const account = page(await signIn(agent, shown, grace));
    expect(account.url).toBe(ACCOUNT);
    expect(account.html).toContain('account-grace');
  });

  it('shows the sessions and the applications, and ends the access of one', async () => {
    const agent = new UserAgent();
    const granted = await tokens(agent, grace);
    const shown = await open(agent);
    expect(shown.html).toContain('An application on the account page');
    const after = await press(agent, shown, 'end-access');
    expect(change(after, 'end-access')).toEqual([]);
    expect((await userinfo(text(granted, 'access_token'))).status).toBe(401);
    expect((await refresh(clientOf('account-web'), text(granted, 'refresh_token'))).status).toBe(400);
    const asked = page(await agent.open(authorizationUrl({ response_type: 'code', client_id: 'account-web', redirect_uri: CALLBACK, scope: 'openid', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' })));
    expect(stepOf(asked)).toBe('consent');
  });

  it('ends all other sessions at once', async () => {
    const [here, there, elsewhere] = [new UserAgent(), new UserAgent(), new UserAgent()];
    page(await signIn(elsewhere, await open(elsewhere), heidi));
    const online = await tokens(there, heidi, 'openid');
    page(await signIn(here, await open(here), heidi));
    const after = await press(here, await open(here), 'end-other-sessions');
    expect(after.status).toBe(200);
    expect((await userinfo(text(online, 'access_token'))).status).toBe(401);
    expect([stepOf(await open(there)), stepOf(await open(elsewhere))]).toEqual(['password', 'password']);
    expect(stepOf(await open(here))).toBeNull();
  });

  it('ends other sessions one by one', async () => {
    const [here, there] = [new UserAgent(), new UserAgent()];
    page(await signIn(there, await open(there), heidi));
    page(await signIn(here, await open(here), heidi));
    let shown = await open(here);
    for (let others = change(shown, 'end-session').length; others > 0; others -= 1) {
      expect(change(shown, 'end-session')).toHaveLength(others);
      shown = await press(here, shown, 'end-session');
    }
    expect(change(shown, 'end-session')).toEqual([]);
    expect(stepOf(await open(there))).toBe('password');
  });

  it('a password change needs the current one, ends other sessions, and the new one signs in', async () => {
    const [here, there] = [new UserAgent(), new UserAgent()];
    const kept = await tokens(there, heidi);
    const account = page(await signIn(here, await open(here), heidi));
    const refused = await press(here, account, 'change-password', { current_password: 'not it', new_password: 'quite a new password' });
    expect(refused.status).toBe(200);
    expect(stepOf(await open(there))).toBeNull();
    const short = await press(here, refused, 'change-password', { current_password: heidi.password, new_password: 'short' });
    expect(stepOf(await open(there))).toBeNull();
    await press(here, short, 'change-password', { current_password: heidi.password, new_password: 'quite a new password' });
    expect(stepOf(await open(here))).toBeNull();
    expect(stepOf(await open(there))).toBe('password');
    expect((await refresh(clientOf('account-web'), text(kept, 'refresh_token'))).status).toBe(200);
    const fresh = new UserAgent();
    expect(page(await signIn(fresh, await open(fresh), { ...heidi, password: 'quite a new password' })).url).toBe(ACCOUNT);
    const old = new UserAgent();
    expect(stepOf(page(await old.submit(await open(old), { identifier: heidi.username, password: heidi.password })))).toBe('password');
  });

  it('UIX-4 a change without the token of the page is refused', async () => {
    const agent = new UserAgent();
    page(await signIn(agent, await open(agent), grace));
    const answer = page(await agent.post(new URL(ACCOUNT), [['change', 'end-other-sessions']], { origin: demo.origin }));
    expect(answer.status).toBe(403);
  });

  it('LOG-3 signing out on the page of the provider', async () => {
    const agent = new UserAgent();
    page(await signIn(agent, await open(agent), grace));
    const asked = page(await agent.open(`${demo.issuer}/end_session`));
    page(await agent.submit(asked, {}, ['decision', 'sign-out'], formWith(asked, 'decision')));
    expect(stepOf(await open(agent))).toBe('password');
    expect(departure(await agent.open(authorizationUrl({ response_type: 'code', client_id: 'account-web', redirect_uri: CALLBACK, scope: 'openid', prompt: 'none', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' }))).searchParams.get('error')).toBe('login_required');
  });
});
