import { webClient } from '@tessera/protocol/client/testing';
import { OAuthError } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount, newRequestId } from '../accounts/testing.js';
import { hashOf } from '../session/index.js';
import { CALLBACK, edge, firstParty, ISSUER, redemption, responseOf, SignInSystem } from './testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
/** A system with one client, Alice, and her browser. */
async function ready(client = webClient()) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(client);
  const alice = await givenAccount(db.owner, { email: 'alice@example.com' });
  return { system, alice, browser: system.browser() };
}
const refusal = (pending: Promise<unknown>) => pending.then(() => 'no refusal', (error: unknown) => (error instanceof OAuthError ? error.reason : error));

describe('OIDC Core §3.1 from the request to the code', () => {
  it('a first-party client: sign in, code, redemption', async () => {
    const { system, alice, browser } = await ready(firstParty());
    expect(await browser.authorize()).toMatchObject({ kind: 'continue' });
    expect(await browser.show()).toMatchObject({
      kind: 'step', page: { step: 'password', problem: null, identifier: null, person: null, client: { name: 'Example client' } }, formTargets: ['https://client.example.org'],
    });
    const reply = await browser.signIn();
    expect(reply).toMatchObject({ kind: 'response', mode: 'query', redirectUri: CALLBACK, reason: null, session: { change: 'set', maxAgeSeconds: 5_000 } });
    const { code, state, iss } = responseOf(reply);
    expect([code?.length, state, iss]).toEqual([43, 'xyz', ISSUER]);
    expect(await system.parts.codes.redeem(redemption(code))).toMatchObject({
      outcome: 'redeemed',
      grant: { clientId: 's6BhdRkqt3', subject: alice, acr: '1', amr: ['pwd'], offline: false, authority: { scope: ['openid'] }, nonce: null, confirmation: null },
    });
  });

  it('a third-party client: sign in, consent, code', async () => {
    const { system, browser } = await ready();
    await browser.authorize({ scope: 'openid profile email' });
    expect(await browser.signIn()).toMatchObject({ kind: 'continue', session: { change: 'set' } });
    expect(await browser.show()).toMatchObject({
      kind: 'step', page: { step: 'consent', scope: [{ scope: 'openid', resource: null }, { scope: 'profile', resource: null }, { scope: 'email', resource: null }], offline: false, days: 365 },
    });
    const { code } = responseOf(await browser.agree(['email', 'offline_access']));
    expect(await system.parts.codes.redeem(redemption(code))).toMatchObject({ grant: { authority: { scope: ['openid', 'email'] }, offline: false } });
  });

  it('answers who is signed in and agreed before without a page, with a code of its own each time (AUT-10)', async () => {
    const { browser } = await ready();
    const first = await browser.through();
    const second = responseOf(await browser.authorize({ prompt: 'none' }));
    const third = responseOf(await browser.authorize());
    expect(new Set([first['code'], second['code'], third['code']].map((code) => code?.length))).toEqual(new Set([43]));
    expect(new Set([first['code'], second['code'], third['code']]).size).toBe(3);
  });

  it('stores no handle and no code, only hashes (GEN-5)', async () => {
    const { browser } = await ready();
    const { code = '' } = await browser.through();
    const stored = JSON.stringify(await rows('SELECT i::text, s::text, c::text FROM interaction i, session s, authorization_code c'));
    expect([code, browser.session, browser.cookie, browser.interaction].filter((secret) => secret === null || stored.includes(secret))).toEqual([]);
    expect(stored).toContain(hashOf(code).toString('hex'));
  });

  it('tells what happened, once each (I9, SEC-4)', async () => {
    const { browser } = await ready();
    await browser.through();
    expect(await rows('SELECT action, count(*)::int AS n FROM authorization_audit_event GROUP BY 1 ORDER BY 1')).toEqual([
      { action: 'grant.recorded', n: 1 },
      { action: 'session.begun', n: 1 },
    ]);
  });
});

describe('OIDC Core §3.1.2.6 errors at the client', () => {
  it('prompt=none without a session: login_required, state and iss', async () => {
    const { browser } = await ready();
    const state = 'x'.repeat(128);
    const reply = await browser.authorize({ prompt: 'none', state });
    expect(reply).toMatchObject({ kind: 'response', reason: 'interaction.login_required' });
    expect(responseOf(reply)).toMatchObject({ error: 'login_required', state, iss: ISSUER });
  });

  it('prompt=none without consent: consent_required', async () => {
    const { browser } = await ready();
    await browser.through();
    expect(responseOf(await browser.authorize({ prompt: 'none', scope: 'openid email' }))).toMatchObject({ error: 'consent_required' });
  });

  it('who denies: access_denied with state (RFC 6749 §4.1.2.1), and nothing is granted', async () => {
    const { browser } = await ready();
    await browser.authorize();
    await browser.signIn();
    const reply = await browser.submit('consent', [['decision', 'deny']]);
    expect(responseOf(reply)).toMatchObject({ error: 'access_denied', state: 'xyz', iss: ISSUER });
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
    expect(await refusal(browser.agree())).toBe('interaction.ended');
  });

  it('a request that validation refuses goes where it says', async () => {
    const { browser } = await ready();
    expect(responseOf(await browser.authorize({ response_type: 'token' }))).toMatchObject({ error: 'unsupported_response_type', state: 'xyz' });
  });
});

describe('OIDC Core §3.1.2.3 the password page', () => {
  it.each([
    ['a wrong password', 'alice', 'wrong horse', 'wrong'],
    ['an unknown user (UIX-6)', 'nobody', 'correct horse', 'wrong'],
  ])('%s: the page again, with what was typed', async (_case, username, password, problem) => {
    const { browser } = await ready();
    await browser.authorize();
    expect(await browser.signIn(username, password)).toMatchObject({ kind: 'step', page: { step: 'password', problem, identifier: username }, session: { change: 'keep' } });
    expect(await rows('SELECT FROM session')).toEqual([]);
  });

  it('nothing typed: the page again', async () => {
    const { browser } = await ready();
    await browser.authorize();
    expect(await browser.submit('password', [['identifier', 'alice']])).toMatchObject({ kind: 'step', page: { problem: 'missing', identifier: 'alice' } });
  });

  it('too many attempts: the page again, with the time to wait', async () => {
    const { browser } = await ready();
    await browser.authorize();
    let last = await browser.signIn('alice', 'wrong');
    for (let attempt = 0; attempt < 30; attempt++) last = await browser.signIn('alice', 'wrong');
    expect(last).toMatchObject({ kind: 'step', page: { problem: 'too_many' } });
    expect(last.kind === 'step' && last.page.step === 'password' && (last.page.waitSeconds ?? 0) > 0).toBe(true);
  });

  it('a sealed password is opened once: sent again it is refused (decision 8)', async () => {
    const { system, browser } = await ready();
    await browser.authorize({ prompt: 'login' });
    const requestId = newRequestId();
    const input: [string, string][] = [['identifier', 'alice'], ['sealed_password', await system.key.seal('wrong', requestId, 'sign-in')]];
    await browser.submit('password', input, requestId);
    expect(await refusal(browser.submit('password', input, requestId))).toBe('account.sealed_secret');
  });

  it('login_hint stands in the field', async () => {
    const { browser } = await ready();
    await browser.authorize({ login_hint: 'alice@example.com' });
    expect(await browser.show()).toMatchObject({ page: { identifier: 'alice@example.com', person: null } });
  });

  it('an account that is disabled while the page is open is not signed in (GEN-6)', async () => {
    const { browser } = await ready();
    await browser.authorize();
    await db.owner.query('UPDATE account SET enabled = false');
    expect(await browser.signIn()).toMatchObject({ kind: 'step', page: { problem: 'wrong' } });
  });
});

describe('OIDC Core §3.1.2.1 prompt and max_age, from the stored facts', () => {
  it('prompt=login: a proof although there is a session, a later auth_time, the same sid (UIX-2)', async () => {
    const { system, browser } = await ready(firstParty());
    const first = await system.parts.codes.redeem(redemption((await browser.through())['code']));
    const before = browser.session;
    await db.owner.query(`UPDATE session SET authenticated_at = authenticated_at - interval '5 seconds'`);
    await browser.authorize({ prompt: 'login' });
    expect(await browser.show()).toMatchObject({ page: { step: 'password', identifier: 'alice', person: null } });
    const again = await system.parts.codes.redeem(redemption(responseOf(await browser.signIn())['code']));
    if (first.outcome !== 'redeemed' || again.outcome !== 'redeemed') throw new Error('not redeemed');
    expect(again.grant.sid).toBe(first.grant.sid);
    expect(again.grant.authTime).toBeGreaterThanOrEqual(first.grant.authTime);
    expect(browser.session).not.toBe(before);
    expect(await system.parts.endSession.end(edge({}), { ...browser.facts, session: before })).toMatchObject({ kind: 'signed-out' });
  });

  it('max_age: asks who signed in too long ago, and nobody else', async () => {
    const { browser } = await ready(firstParty());
    await browser.through();
    expect(await browser.authorize({ max_age: '15000' })).toMatchObject({ kind: 'response' });
    await db.owner.query(`UPDATE session SET authenticated_at = now() - interval '2 seconds'`);
    await browser.authorize({ max_age: '1' });
    expect(await browser.show()).toMatchObject({ page: { step: 'password' } });
    expect(responseOf(await browser.signIn())['code']).toHaveLength(43);
  });

  it('prompt=select_account: somebody else signs in, and the session of the first ends', async () => {
    const { browser } = await ready(firstParty());
    const bob = await givenAccount(db.owner, { username: 'bob' });
    await browser.through();
    await browser.authorize({ prompt: 'select_account' });
    expect(await browser.show()).toMatchObject({ page: { step: 'select-account', person: { identifier: 'alice' } } });
    expect(await browser.submit('select-account', [['choice', 'other']])).toMatchObject({ kind: 'continue' });
    expect(await browser.show()).toMatchObject({ page: { step: 'password', identifier: null } });
    expect(responseOf(await browser.signIn('bob'))['code']).toHaveLength(43);
    expect(await rows('SELECT end_reason FROM session ORDER BY created_at')).toEqual([{ end_reason: 'replaced' }, { end_reason: null }]);
    expect(await rows('SELECT account_id FROM authorization_grant ORDER BY created_at DESC LIMIT 1')).toEqual([{ account_id: bob }]);
  });

  it('an answer to a page that is not the present one counts for nothing', async () => {
    const { browser } = await ready();
    await browser.authorize();
    expect(await browser.agree()).toMatchObject({ kind: 'continue' });
    expect(await browser.show()).toMatchObject({ page: { step: 'password' } });
  });

  it.each([['consent', [['decision', 'perhaps']]], ['consent', []]] as [string, [string, string][]][])('a form that is none of ours is refused: %s %j', async (step, input) => {
    const { browser } = await ready();
    await browser.authorize();
    await browser.signIn();
    expect(await refusal(browser.submit(step, input))).toBe('interaction.not_an_answer');
  });
});

describe('OIDC Core §3.1.2.4 remembered consent', () => {
  it('covers what was agreed to in two steps', async () => {
    const { browser } = await ready();
    await browser.through({ scope: 'openid email' });
    await browser.through({ scope: 'openid profile' });
    expect(await browser.authorize({ scope: 'openid email profile', prompt: 'none' })).toMatchObject({ reason: null });
  });

  it('ends, is withdrawn, and is not for what was unticked', async () => {
    const { browser } = await ready();
    await browser.authorize({ scope: 'openid email profile' });
    await browser.signIn();
    await browser.agree(['email']);
    expect(await browser.authorize({ scope: 'openid profile', prompt: 'none' })).toMatchObject({ reason: 'interaction.consent_required' });
    expect(await browser.authorize({ scope: 'openid email', prompt: 'none' })).toMatchObject({ reason: null });
    await db.owner.query('UPDATE consent SET expires_at = now()');
    expect(await browser.authorize({ scope: 'openid email', prompt: 'none' })).toMatchObject({ reason: 'interaction.consent_required' });
  });

  it('shows the resource a scope is for, by its name', async () => {
    const { system, browser } = await ready();
    const orders = 'https://api.example.com/orders';
    system.resources.set(orders, { identifier: orders, name: 'Orders', enabled: true, scope: ['orders.read'], tokenFormat: 'jwt', accessTokenLifetimeSeconds: null, signingAlgorithm: 'ES256', introspectedBy: [] } as never);
    await browser.authorize({ scope: 'openid orders.read offline_access', resource: orders, claims: '{"userinfo":{"name":null,"acr":null}}' });
    await browser.signIn();
    expect(await browser.show()).toMatchObject({
      page: { scope: [{ scope: 'openid', resource: null }, { scope: 'orders.read', resource: 'Orders' }, { scope: 'offline_access', resource: null }], claims: ['name'], offline: true, person: { name: 'alice', identifier: 'alice' } },
    });
  });
});
