import { randomUUID } from 'node:crypto';
import { type AccountChange, AccountPageReply } from '@tessera/protocol/account';
import { webClient } from '@tessera/protocol/client/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount, newRequestId } from '../accounts/testing.js';
import { redemption, SignInSystem, type TestBrowser } from '../interaction/testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
async function ready() {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(webClient());
  const alice = await givenAccount(db.owner);
  const visit = async (browser: TestBrowser, change: AccountChange | null = null, requestId = newRequestId()): Promise<AccountPageReply> => {
    const reply = await system.parts.accountPage.answer({ browser: browser.facts, change, requestId });
    expect(AccountPageReply.parse(reply)).toEqual(reply);
    return reply.kind === 'continue' ? await browser.keep(Promise.resolve(reply)) : reply;
  };
  return { system, alice, browser: system.browser(), visit };
}
const shown = (reply: AccountPageReply) => {
  if (reply.kind !== 'account') throw new Error(reply.kind);
  return reply;
};

describe('UIX-9 the account page', () => {
  it('asks who is not signed in to sign in, and then comes back', async () => {
    const { browser, visit } = await ready();
    expect(await visit(browser)).toMatchObject({ kind: 'continue' });
    expect(await browser.show()).toMatchObject({ kind: 'step', page: { step: 'password', client: null }, formTargets: [] });
    expect(await browser.signIn('alice', 'wrong')).toMatchObject({ kind: 'step', page: { problem: 'wrong', identifier: 'alice' } });
    expect(await browser.signIn()).toMatchObject({ kind: 'account', session: { change: 'set' } });
    expect(await visit(browser)).toMatchObject({ kind: 'account', view: { person: { name: 'alice', identifier: 'alice' }, applications: [] }, done: null, problem: null });
    expect(await rows('SELECT purpose, outcome FROM interaction')).toEqual([{ purpose: 'account', outcome: 'granted' }]);
  });

  it('shows sessions and applications of this person alone', async () => {
    const { system, browser, visit } = await ready();
    await givenAccount(db.owner, { username: 'bob' });
    await system.browser().through({}, 'bob');
    const phone = system.browser();
    await phone.through({ scope: 'openid email offline_access' });
    await browser.through({ scope: 'openid profile' });
    const { view } = shown(await visit(browser));
    expect(view.sessions.map((one) => one.current).sort()).toEqual([false, true]);
    expect(view.applications).toMatchObject([{ client: { clientId: 's6BhdRkqt3', name: 'Example client' }, access: true, offline: true }]);
    expect(view.applications[0]?.scope.toSorted()).toEqual(['email', 'offline_access', 'openid', 'profile']);
  });

  it('ends another session; what was granted in it is dead', async () => {
    const { system, browser, visit } = await ready();
    const phone = system.browser();
    const { code } = await phone.through();
    await browser.through();
    const other = shown(await visit(browser)).view.sessions.find((one) => !one.current)?.id ?? '';
    expect(await visit(browser, { change: 'end-session', session: other })).toMatchObject({ done: 'end-session', problem: null, view: { sessions: [{ current: true }] } });
    expect(await system.parts.codes.redeem(redemption(code))).toEqual({ outcome: 'unknown' });
    expect(await visit(browser, { change: 'end-session', session: other })).toMatchObject({ done: null, problem: 'gone' });
  });

  it('who ends the session of this browser is signed out', async () => {
    const { browser, visit } = await ready();
    await browser.through();
    const own = shown(await visit(browser)).view.sessions[0]?.id ?? '';
    expect(await visit(browser, { change: 'end-session', session: own })).toMatchObject({ kind: 'continue', session: { change: 'clear' } });
    expect(await rows('SELECT end_reason FROM session')).toEqual([{ end_reason: 'ended-by-user' }]);
  });

  it.each([['of somebody else', null], ['nobody has', randomUUID()], ['that is none', `'; DROP TABLE session; --`]])('a session %s is gone, and stays as it is', async (_case, given) => {
    const { system, browser, visit } = await ready();
    await givenAccount(db.owner, { username: 'bob' });
    await system.browser().through({}, 'bob');
    await browser.through();
    const [bobs] = await rows(`SELECT s.id FROM session s JOIN account_identifier i USING (account_id) WHERE i.value = 'bob'`);
    expect(await visit(browser, { change: 'end-session', session: given ?? String(bobs?.['id']) })).toMatchObject({ problem: 'gone' });
    expect(await rows('SELECT end_reason FROM session')).toEqual([{ end_reason: null }, { end_reason: null }]);
  });

  it('ends all other sessions', async () => {
    const { system, browser, visit } = await ready();
    await system.browser().through();
    await system.browser().through();
    await browser.through();
    expect(await visit(browser, { change: 'end-other-sessions' })).toMatchObject({ done: 'end-other-sessions', view: { sessions: [{ current: true }] } });
  });

  it('ends the access of an application: every grant, offline ones too, and the consent', async () => {
    const { system, browser, visit } = await ready();
    const { code } = await browser.through({ scope: 'openid offline_access' });
    expect(await visit(browser, { change: 'end-access', clientId: 's6BhdRkqt3' })).toMatchObject({ done: 'end-access', view: { applications: [] } });
    expect(await system.parts.codes.redeem(redemption(code))).toEqual({ outcome: 'unknown' });
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.consent_required' });
    expect(await visit(browser, { change: 'end-access', clientId: 's6BhdRkqt3' })).toMatchObject({ problem: 'gone' });
    expect(await rows(`SELECT subject, detail FROM authorization_audit_event WHERE action = 'access.ended'`)).toEqual([{ subject: 's6BhdRkqt3', detail: { grants: 1, consent: true } }]);
  });

  it('changes the password; other sessions end, this one stays', async () => {
    const { system, browser, visit } = await ready();
    const phone = system.browser();
    await phone.through();
    await browser.through();
    const change = async (current: string, fresh: string) => {
      const requestId = newRequestId();
      const [sealedCurrent, sealedNew] = await Promise.all([system.key.seal(current, requestId, 'current-password'), system.key.seal(fresh, requestId, 'new-password')]);
      return await visit(browser, { change: 'change-password', sealedCurrent, sealedNew, endOffline: false }, requestId);
    };
    expect(await change('wrong', 'battery staple')).toMatchObject({ done: null, problem: 'wrong-password' });
    expect(await change('correct horse', 'short')).toMatchObject({ problem: 'password-too-short' });
    expect(await change('correct horse', 'battery staple')).toMatchObject({ done: 'change-password', problem: null, view: { sessions: [{ current: true }] } });
    expect(await phone.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
    await phone.authorize();
    expect(await phone.signIn('alice', 'correct horse')).toMatchObject({ page: { problem: 'wrong' } });
    expect(await phone.signIn('alice', 'battery staple')).toMatchObject({ kind: 'response' });
  });
});
