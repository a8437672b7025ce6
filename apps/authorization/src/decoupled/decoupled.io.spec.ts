import { randomUUID } from 'node:crypto';
import type { PersonHint } from '@tessera/protocol/backchannel-authentication';
import { webClient } from '@tessera/protocol/client/testing';
import type { GrantRecording } from '@tessera/protocol/grant';
import { AccountId, authorityOver, ClientId, OAuthError, TeamName } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount, newRequestId } from '../accounts/testing.js';
import { SignInSystem } from '../interaction/testing.js';

const db = useDatabase();
const CLIENT = ClientId.parse('s6BhdRkqt3');

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
async function ready() {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(webClient());
  const alice = AccountId.parse(await givenAccount(db.owner));
  const browser = system.browser();
  const { grants, signedIn, people } = system.parts.decoupled;
  const signIn = async () => {
    await browser.keep(signedIn.show({ browser: browser.facts, leadTo: 'approvals' }) as never);
    return await browser.signIn();
  };
  const recording = (overrides: Partial<GrantRecording> = {}): GrantRecording => ({
    requestId: `ciba:${randomUUID()}`, session: browser.session ?? '', accountId: alice, clientId: CLIENT, authority: authorityOver(['openid', 'offline_access'], []), offline: true, confirmation: null, ...overrides,
  });
  const find = (hint: PersonHint, more: { sealedUserCode?: string | null; userCodes?: boolean; requestId?: string } = {}) =>
    people.find({ clientId: CLIENT, hint, sealedUserCode: null, userCodes: false, sourceAddress: '203.0.113.7', requestId: newRequestId(), ...more });
  return { system, alice, browser, grants, signedIn, signIn, recording, find };
}

describe('Ours: who is signed in, for a page of another service', () => {
  it('is told by the session; nobody is led to a sign-in that leads back to that page', async () => {
    const { browser, signedIn, signIn, alice } = await ready();
    expect(await signedIn.show({ browser: browser.facts, leadTo: 'approvals' })).toMatchObject({ kind: 'continue', session: { change: 'keep' } });
    expect(await signIn()).toMatchObject({ kind: 'account', page: 'approvals', session: { change: 'set' } });
    expect(await signedIn.show({ browser: browser.facts, leadTo: 'approvals' })).toEqual({ kind: 'signed-in', accountId: alice, person: { name: 'alice', identifier: 'alice' } });
  });

  it('a sign-in for the account page leads to the account page as before', async () => {
    const { system, browser } = await ready();
    await browser.keep(system.parts.accountPage.answer({ browser: browser.facts, change: null, requestId: newRequestId() }) as never);
    expect(await browser.signIn()).not.toHaveProperty('page');
  });
});

describe('Decision 2 a grant that no code came before', () => {
  it('is recorded with when and how its person signed in, and belongs to no session', async () => {
    const { grants, signIn, recording, alice } = await ready();
    await signIn();
    const request = recording();
    const recorded = await grants.record(request);
    const [grant] = await rows('SELECT id, client_id, account_id, subject, session_id, sid, offline, acr, amr, request_id FROM authorization_grant');
    expect(recorded).toEqual({ outcome: 'recorded', grantId: grant?.['id'] });
    expect(grant).toMatchObject({ client_id: CLIENT, account_id: alice, subject: alice, session_id: null, sid: null, offline: true, acr: '1', amr: ['pwd'], request_id: request.requestId });
    expect(await rows('SELECT g.auth_time = s.authenticated_at AS same FROM authorization_grant g, session s')).toEqual([{ same: true }]);
    expect(await rows('SELECT id FROM live_grant')).toHaveLength(1);
    expect(await rows(`SELECT action FROM authorization_audit_event WHERE action = 'grant.recorded'`)).toHaveLength(1);
  });

  it('asked again it is the same grant, also forty times at once', async () => {
    const { grants, signIn, recording } = await ready();
    await signIn();
    const request = recording();
    const recorded = await Promise.all(Array.from({ length: 40 }, () => grants.record(request)));
    expect(new Set(recorded.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await rows('SELECT FROM authorization_grant')).toHaveLength(1);
    expect(await rows(`SELECT FROM authorization_audit_event WHERE action = 'grant.recorded'`)).toHaveLength(1);
  });

  it.each([
    ['nobody is signed in', 'signed_out', 'UPDATE session SET ended_at = now(), end_reason = \'logout\'', {}],
    ['the session ran out', 'signed_out', `UPDATE session SET idle_expires_at = now() - interval '1 second'`, {}],
    ['somebody else is signed in', 'other_person', '', { accountId: AccountId.parse('usr_2iv3d3YcSTm1vE7vTzrWlA') }],
    ['the account is disabled', 'not_possible', 'UPDATE account SET enabled = false', {}],
    ['the account is locked', 'not_possible', 'UPDATE account SET locked_at = now()', {}],
    ['the client is disabled', 'not_possible', 'UPDATE client SET enabled = false', {}],
    ['the client is not known', 'not_possible', '', { clientId: ClientId.parse('nobody') }],
  ])('CIB-5 is not recorded when %s', async (_case, why, change, overrides) => {
    const { grants, signIn, recording } = await ready();
    await signIn();
    const request = recording(overrides);
    if (change !== '') await db.owner.query(change);
    expect(await grants.record(request)).toEqual({ outcome: 'refused', why });
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });

  it('the id of another person\'s request, or of one that was revoked, records nothing', async () => {
    const { grants, signIn, recording } = await ready();
    await signIn();
    const request = recording();
    await grants.record(request);
    await db.owner.query(`UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'ended-by-user'`);
    expect(await grants.record(request)).toEqual({ outcome: 'refused', why: 'not_possible' });
  });
});

describe('CIBA Core §8 a grant for which the own authenticator vouches', () => {
  const vouched = (recording: GrantRecording, authentication = { acr: 'high', amr: ['face', 'hwk'] }) => {
    const { session: _session, ...rest } = recording;
    return { ...rest, authentication };
  };

  it('is recorded with what it says, at this moment, and once', async () => {
    const { grants, recording, alice } = await ready();
    const request = vouched(recording());
    const recorded = await Promise.all(Array.from({ length: 40 }, () => grants.recordAuthenticated(request)));
    const [grant] = await rows('SELECT id, account_id, session_id, acr, amr, abs(extract(epoch FROM now() - auth_time)) < 60 AS recent FROM authorization_grant');
    expect(new Set(recorded.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify({ outcome: 'recorded', grantId: grant?.['id'] })]));
    expect(grant).toMatchObject({ account_id: alice, session_id: null, acr: 'high', amr: ['face', 'hwk'], recent: true });
    expect(await rows('SELECT FROM authorization_grant')).toHaveLength(1);
    expect(await rows(`SELECT detail FROM authorization_audit_event WHERE action = 'grant.recorded'`)).toMatchObject([{ detail: { by: 'authenticator' } }]);
  });

  it.each([
    ['the account is disabled', 'UPDATE account SET enabled = false', {}],
    ['the account is locked', 'UPDATE account SET locked_at = now()', {}],
    ['the client is disabled', 'UPDATE client SET enabled = false', {}],
    ['the account is not known', 'SELECT 1', { accountId: AccountId.parse('usr_2iv3d3YcSTm1vE7vTzrWlA') }],
    ['the client is not known', 'SELECT 1', { clientId: ClientId.parse('nobody') }],
  ])('is not when %s', async (_case, change, overrides) => {
    const { grants, recording } = await ready();
    await db.owner.query(change);
    expect(await grants.recordAuthenticated(vouched(recording(overrides)))).toEqual({ outcome: 'refused', why: 'not_possible' });
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });

  it('is not where no authenticator is trusted, whoever asks', async () => {
    const { recording } = await ready();
    const system = new SignInSystem(db.pool('tessera_authorization'), db.owner, { authenticatorTrusted: false });
    system.clients.set(CLIENT, webClient());
    expect(await system.parts.decoupled.grants.recordAuthenticated(vouched(recording()))).toEqual({ outcome: 'refused', why: 'not_possible' });
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });
});

describe('Decision 42 a grant on the word of a team', () => {
  const vouched = (requestId = `team-ciba:${randomUUID()}`, more: object = {}) => ({
    requestId, team: TeamName.parse('call-centre'), authentication: { authenticatedAt: 1_700_000_000, amr: ['tel'] }, clientId: CLIENT, authority: authorityOver(['openid'], []), offline: false, confirmation: null, ...more,
  });
  async function withTeam(rights = '{decide}', clients = `{${CLIENT}}`) {
    const on = await ready();
    await db.owner.query('DELETE FROM team');
    await db.owner.query(`INSERT INTO team (name, nkeys, client_ids, rights, managed_by) VALUES ('call-centre', '{U}', $1, $2, 'file')`, [clients, rights]);
    return on;
  }

  it('says when and how the team authenticated the person, no acr, and is audited as the team’s; again it is the same', async () => {
    const { grants, alice } = await withTeam();
    const request = { ...vouched(), accountId: alice };
    const recorded = await Promise.all([grants.recordVouched(request), grants.recordVouched(request)]);
    const [grant] = await rows('SELECT id, client_id, account_id, session_id, acr, amr, extract(epoch FROM auth_time)::int AS at FROM authorization_grant');
    expect(recorded).toEqual([{ outcome: 'recorded', grantId: grant?.['id'] }, { outcome: 'recorded', grantId: grant?.['id'] }]);
    expect(grant).toMatchObject({ client_id: CLIENT, account_id: alice, session_id: null, acr: null, amr: ['tel'], at: 1_700_000_000 });
    expect(await rows('SELECT id FROM live_grant')).toHaveLength(1);
    expect(await rows(`SELECT actor_kind, actor_name FROM authorization_audit_event WHERE action = 'grant.recorded'`)).toEqual([{ actor_kind: 'team', actor_name: 'call-centre' }]);
  });

  it.each<[string, string, string, string]>([
    ['the team may not decide', '{start,read,cancel}', `{${CLIENT}}`, ''],
    ['the client is not the team’s', '{decide}', '{another}', ''],
    ['the team is not declared', '{decide}', `{${CLIENT}}`, 'DELETE FROM team'],
    ['the client is disabled', '{decide}', `{${CLIENT}}`, 'UPDATE client SET enabled = false'],
    ['the account is disabled', '{decide}', `{${CLIENT}}`, 'UPDATE account SET enabled = false'],
    ['the account is locked', '{decide}', `{${CLIENT}}`, 'UPDATE account SET locked_at = now()'],
  ])('is not recorded when %s', async (_case, rights, clients, change) => {
    const { grants, alice } = await withTeam(rights, clients);
    if (change !== '') await db.owner.query(change);
    expect(await grants.recordVouched({ ...vouched(), accountId: alice })).toEqual({ outcome: 'refused', why: 'not_possible' });
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });
});

describe('CIBA Core §7.1, §7.2 whom a client means', () => {
  it.each<[string, PersonHint]>([
    ['a user name', { kind: 'identifier', value: 'ALICE ' }],
  ])('by %s', async (_case, hint) => {
    const { find, alice } = await ready();
    expect(await find(hint)).toMatchObject({ outcome: 'found', accountId: alice });
  });

  it('by the subject the client knows them by', async () => {
    const { find, alice } = await ready();
    expect(await find({ kind: 'subject', value: alice })).toMatchObject({ outcome: 'found', accountId: alice });
  });

  it('an address is told only when it is known to be theirs', async () => {
    const { find } = await ready();
    await db.owner.query(`UPDATE account SET claims = '{"email": "alice@example.com", "email_verified": false}'`);
    expect(await find({ kind: 'identifier', value: 'alice' })).toMatchObject({ email: null });
    await db.owner.query(`UPDATE account SET claims = '{"email": "alice@example.com", "email_verified": true}'`);
    expect(await find({ kind: 'identifier', value: 'alice' })).toMatchObject({ email: 'alice@example.com' });
  });

  it.each<[string, PersonHint, string]>([
    ['nobody has', { kind: 'identifier', value: 'nobody' }, ''],
    ['nobody can have', { kind: 'identifier', value: '\u0007' }, ''],
    ['of a subject that is none', { kind: 'subject', value: 'x' }, ''],
    ['of an ID token that is none', { kind: 'id_token', value: 'x.y.z' }, ''],
    ['of a disabled account', { kind: 'identifier', value: 'alice' }, 'UPDATE account SET enabled = false'],
    ['of a locked account', { kind: 'identifier', value: 'alice' }, 'UPDATE account SET locked_at = now()'],
  ])('§13 a hint %s is unknown', async (_case, hint, change) => {
    const { find } = await ready();
    if (change !== '') await db.owner.query(change);
    expect(await find(hint)).toEqual({ outcome: 'unknown' });
  });
});

describe('CIBA Core §7.1 user_code', () => {
  const HINT: PersonHint = { kind: 'identifier', value: 'alice' };
  async function withCode(code = '7423') {
    const on = await ready();
    await on.signIn();
    const set = async (secret: string, requestId = newRequestId()) => {
      const sealedUserCode = await on.system.key.seal(secret, requestId, 'new-user-code');
      return await on.system.parts.accountPage.answer({ browser: on.browser.facts, change: { change: 'set-user-code', sealedUserCode }, requestId });
    };
    expect(await set(code)).toMatchObject({ done: 'set-user-code', view: { userCode: true } });
    const say = async (secret: string | null, requestId = newRequestId(), userCodes = true) =>
      on.find(HINT, { userCodes, requestId, sealedUserCode: secret === null ? null : await on.system.key.seal(secret, requestId, 'user-code') });
    return { ...on, set, say };
  }

  it('is asked for where the person has one and the client takes them', async () => {
    const { say, alice } = await withCode();
    expect(await say('7423')).toMatchObject({ outcome: 'found', accountId: alice });
    expect(await say(null)).toEqual({ outcome: 'missing_user_code' });
    expect(await say('7424')).toEqual({ outcome: 'invalid_user_code' });
    expect(await say('')).toEqual({ outcome: 'invalid_user_code' });
    expect(await say(null, newRequestId(), false)).toMatchObject({ outcome: 'found' });
  });

  it('is not asked for where the person has none', async () => {
    const { find } = await ready();
    expect(await find(HINT, { userCodes: true })).toMatchObject({ outcome: 'found' });
  });

  it('is counted, over all clients, and the right one comes too late after ten wrong ones; the sign-in is not concerned', async () => {
    const { say, system } = await withCode();
    for (let count = 0; count < 10; count += 1) expect(await say('0000')).toEqual({ outcome: 'invalid_user_code' });
    expect(await say('7423')).toEqual({ outcome: 'invalid_user_code' });
    expect((await system.browser().through())['code']).toBeDefined();
    await db.owner.query(`UPDATE sign_in_failure SET window_ends = now() - interval '1 second'`);
    expect(await say('7423')).toMatchObject({ outcome: 'found' });
  }, 30_000);

  it('a right one forgets the wrong ones before it', async () => {
    const { say } = await withCode();
    for (let count = 0; count < 9; count += 1) await say('0000');
    await say('7423');
    for (let count = 0; count < 9; count += 1) await say('0000');
    expect(await say('7423')).toMatchObject({ outcome: 'found' });
  }, 30_000);

  it('decision 8 is opened once, and only for its own request and purpose', async () => {
    const { system, find } = await withCode();
    const requestId = newRequestId();
    const sealedUserCode = await system.key.seal('7423', requestId, 'user-code');
    expect(await find(HINT, { userCodes: true, requestId, sealedUserCode })).toMatchObject({ outcome: 'found' });
    await expect(find(HINT, { userCodes: true, requestId, sealedUserCode })).rejects.toEqual(new OAuthError('account.sealed_secret'));
    await expect(find(HINT, { userCodes: true, sealedUserCode })).rejects.toEqual(new OAuthError('account.sealed_secret'));
    await expect(find(HINT, { userCodes: true, requestId: 'another-one', sealedUserCode: await system.key.seal('7423', 'another-one', 'sign-in') })).rejects.toEqual(new OAuthError('account.sealed_secret'));
  });

  it('can be replaced and removed; one that is too short is not set', async () => {
    const { set, say, system, browser } = await withCode();
    expect(await set('123')).toMatchObject({ done: null, problem: 'user-code-length', view: { userCode: true } });
    await set('another code');
    expect(await say('7423')).toEqual({ outcome: 'invalid_user_code' });
    expect(await say('another code')).toMatchObject({ outcome: 'found' });
    const remove = { browser: browser.facts, change: { change: 'remove-user-code' as const }, requestId: newRequestId() };
    expect(await system.parts.accountPage.answer(remove)).toMatchObject({ done: 'remove-user-code', view: { userCode: false } });
    expect(await system.parts.accountPage.answer(remove)).toMatchObject({ problem: 'gone' });
    expect(await say(null)).toMatchObject({ outcome: 'found' });
  });
});
