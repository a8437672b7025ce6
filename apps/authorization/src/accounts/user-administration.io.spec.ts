import { AddUser, ChangeUserState, GetUser, ListUsers, SetUserPassword } from '@tessera/contracts';
import { ACCOUNT_ATTEMPT_LIMITS } from '@tessera/protocol/sign-in-attempts';
import type { AccountId } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { newAccountId } from './account-rows.js';
import { accountsOn, administrationOn, givenAccount, givenGrant, givenSession } from './testing.js';

const db = useDatabase();
const ACTOR = { kind: 'operator' as const, name: 'ada' };

beforeEach(async () => {
  await db.owner.query('TRUNCATE account, sign_in_failure, opened_secret, authorization_audit_event CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const live = async () => (await rows('SELECT id FROM live_grant')).map((one) => one['id']);
const audited = async () => {
  const events = await rows(`SELECT action, subject, detail FROM authorization_audit_event WHERE action LIKE 'user.%' ORDER BY id`);
  return events.map((one) => [one['action'], one['subject'], one['detail']]);
};
const service = () => administrationOn(db.pool('tessera_authorization', 10));

async function addition(on: ReturnType<typeof service>, overrides: Record<string, unknown> = {}, accountId: AccountId = newAccountId()) {
  const password = await on.sealFor(accountId);
  return AddUser.request.parse({ actor: ACTOR, accountId, username: 'alice', email: null, claims: {}, password, ...overrides });
}

/** Alice with a session, a grant in it and one that outlives it. */
async function withAccess() {
  const id = await givenAccount(db.owner);
  const session = await givenSession(db.owner, id);
  const grants = [await givenGrant(db.owner, id, session, false), await givenGrant(db.owner, id, session, true)];
  return { id, session, grants };
}

describe('Ours: tessera user add', () => {
  it('makes the account, its identifiers and its password, audited, and the person can sign in', async () => {
    const on = service();
    const request = await addition(on, { email: 'Alice@Example.com', claims: { name: 'Alice Adams', email_verified: true } });
    expect(AddUser.reply.parse(await on.users.add(request))).toEqual({ outcome: 'added', problems: [] });
    expect(await rows('SELECT kind, value FROM account_identifier ORDER BY kind')).toEqual([
      { kind: 'email', value: 'alice@example.com' },
      { kind: 'username', value: 'alice' },
    ]);
    expect(await rows('SELECT id, enabled, managed_by, claims FROM account')).toEqual([
      {
        id: request.accountId,
        enabled: true,
        managed_by: 'api',
        claims: { preferred_username: 'alice', name: 'Alice Adams', email: 'Alice@Example.com', email_verified: true, updated_at: expect.any(Number) },
      },
    ]);
    expect((await accountsOn(db.pool('tessera_authorization'), on.hasher).attempt('alice', 'correct horse')).outcome).toBe('right');
    expect(await audited()).toEqual([['user.added', request.accountId, { username: 'alice' }]]);
  });

  it('the same message again is answered the same and makes nothing', async () => {
    const on = service();
    const request = await addition(on);
    const replies = await Promise.all(Array.from({ length: 8 }, () => on.users.add(request)));
    expect(new Set(replies.map((one) => one.outcome))).toEqual(new Set(['added']));
    expect((await on.users.add(request)).outcome).toBe('added');
    expect([await rows('SELECT 1 FROM account'), await audited()].map((one) => one.length)).toEqual([1, 1]);
  });

  it('of 40 that want one name at once one MUST get it, in each of 25 rounds', async () => {
    const on = service();
    for (let round = 0; round < 25; round += 1) {
      const requests = await Promise.all(Array.from({ length: 40 }, () => addition(on, { username: `user-${round}` })));
      const settled = await Promise.allSettled(requests.map((request) => on.users.add(request)));
      const outcomes = settled.map((one) => (one.status === 'fulfilled' ? one.value.outcome : one.reason.name));
      expect(outcomes.filter((one) => one === 'added')).toHaveLength(1);
      // Turns that do not come in time are an outage, never a second account.
      expect(outcomes.filter((one) => one !== 'added' && one !== 'taken' && one !== 'Outage')).toEqual([]);
      expect(await rows(`SELECT 1 FROM account_identifier WHERE value = 'user-${round}'`)).toHaveLength(1);
    }
  }, 60_000);

  it.each([
    ['a name that is taken, however it is written', { username: 'ALICE ' }, 'taken', 'the user name alice is taken'],
    ['an address that is taken', { username: 'bob', email: 'ALICE@example.com' }, 'taken', 'the email address alice@example.com is taken'],
    ['a name with an @', { username: 'bob@example.com' }, 'refused', 'username'],
    ['an unknown claim', { username: 'bob', claims: { shoe_size: 1 } }, 'refused', 'claims'],
  ])('refuses %s', async (_case, overrides, outcome, problem) => {
    await givenAccount(db.owner, { email: 'alice@example.com' });
    const on = service();
    const reply = await on.users.add(await addition(on, overrides));
    expect(reply).toMatchObject({ outcome, problems: [expect.stringContaining(problem)] });
    expect(await rows('SELECT 1 FROM account')).toHaveLength(1);
  });

  it.each([
    ['sealed for somebody else', async (on: ReturnType<typeof service>) => on.sealFor(newAccountId())],
    ['too short', async (on: ReturnType<typeof service>, id: AccountId) => on.sealFor(id, 'short')],
    ['in clear', async () => ({ sealed: 'correct horse', requestId: 'request-1' })],
  ])('refuses a password %s', async (_case, seal) => {
    const on = service();
    const accountId = newAccountId();
    expect((await on.users.add(await addition(on, { password: await seal(on, accountId) }, accountId))).outcome).toBe('refused');
    expect(await rows('SELECT 1 FROM account')).toEqual([]);
  });
});

describe('Ours: tessera user set-password', () => {
  it('MUST end all sessions and revoke all grants of the user, and forget failed attempts', async () => {
    const { id } = await withAccess();
    const other = await givenAccount(db.owner, { username: 'bob' });
    const kept = await givenGrant(db.owner, other, await givenSession(db.owner, other), false);
    const on = service();
    const { attempt } = accountsOn(db.pool('tessera_authorization'), on.hasher);
    for (let n = 0; n < ACCOUNT_ATTEMPT_LIMITS.threshold; n += 1) await attempt('alice', 'wrong horse');
    const reply = await on.users.setPassword({ actor: ACTOR, accountId: id, password: await on.sealFor(id, 'battery staple') });
    expect(SetUserPassword.reply.parse(reply)).toEqual({ outcome: 'set', why: null, sessionsEnded: 1, grantsRevoked: 2 });
    expect(await live()).toEqual([kept]);
    expect((await attempt('alice', 'correct horse')).outcome).toBe('wrong');
    expect((await attempt('alice', 'battery staple')).outcome).toBe('right');
    expect((await audited()).at(-1)).toEqual(['user.password-set', id, { sessionsEnded: 1, grantsRevoked: 2 }]);
  });

  it('gives a password to a user without one', async () => {
    const id = await givenAccount(db.owner, { secret: null });
    const on = service();
    expect((await on.users.setPassword({ actor: ACTOR, accountId: id, password: await on.sealFor(id) })).outcome).toBe('set');
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'hashed:correct horse' }]);
  });

  it('the same message again is answered the same and ends nothing more', async () => {
    const { id } = await withAccess();
    const on = service();
    const request = { actor: ACTOR, accountId: id, password: await on.sealFor(id, 'battery staple') };
    await on.users.setPassword(request);
    const session = await givenSession(db.owner, id);
    expect(await on.users.setPassword(request)).toEqual({ outcome: 'set', why: null, sessionsEnded: 0, grantsRevoked: 0 });
    expect(await rows(`SELECT 1 FROM session WHERE ended_at IS NULL AND id = '${session}'`)).toHaveLength(1);
    expect(await audited()).toHaveLength(1);
  });

  it('refuses a value that was sealed for another account, and an unknown user', async () => {
    const { id } = await withAccess();
    const on = service();
    expect(await on.users.setPassword({ actor: ACTOR, accountId: id, password: await on.sealFor(newAccountId()) })).toMatchObject({ outcome: 'refused' });
    const nobody = newAccountId();
    expect(await on.users.setPassword({ actor: ACTOR, accountId: nobody, password: await on.sealFor(nobody) })).toMatchObject({ outcome: 'unknown_user' });
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'hashed:correct horse' }]);
  });
});

describe('I5: tessera user disable, enable, lock, unlock', () => {
  const change = (on: ReturnType<typeof service>, state: 'enabled' | 'disabled' | 'locked' | 'unlocked', user = 'alice') =>
    on.users.changeState({ actor: ACTOR, user, state }).then((reply) => ChangeUserState.reply.parse(reply));

  it('disabled: nothing granted MUST ever count again, not even when the account is enabled again', async () => {
    const { id } = await withAccess();
    const on = service();
    expect(await change(on, 'disabled')).toEqual({ outcome: 'changed', sessionsEnded: 1, grantsRevoked: 2 });
    expect(await live()).toEqual([]);
    expect(await change(on, 'enabled')).toEqual({ outcome: 'changed', sessionsEnded: 0, grantsRevoked: 0 });
    expect(await live()).toEqual([]);
    expect(await rows('SELECT 1 FROM session WHERE ended_at IS NULL')).toEqual([]);
    expect((await accountsOn(db.pool('tessera_authorization'), on.hasher).attempt('alice', 'correct horse')).outcome).toBe('right');
    expect(await audited()).toEqual([
      ['user.disabled', id, { sessionsEnded: 1, grantsRevoked: 2 }],
      ['user.enabled', id, {}],
    ]);
  });

  it('locked: nothing granted counts until it is unlocked', async () => {
    const { grants } = await withAccess();
    const on = service();
    expect((await change(on, 'locked')).outcome).toBe('changed');
    expect(await live()).toEqual([]);
    expect((await change(on, 'unlocked')).outcome).toBe('changed');
    expect(new Set(await live())).toEqual(new Set(grants));
  });

  it('unlocked forgets failed attempts as well, by user name, email address or id', async () => {
    const id = await givenAccount(db.owner, { email: 'alice@example.com' });
    const on = service();
    const { attempt } = accountsOn(db.pool('tessera_authorization'), on.hasher);
    for (const name of ['alice', 'Alice@example.com', id]) {
      for (let n = 0; n < ACCOUNT_ATTEMPT_LIMITS.threshold; n += 1) await attempt('alice', 'wrong horse', { sourceAddress: '198.51.100.9' });
      expect((await attempt('alice', 'correct horse')).outcome).toBe('too-many');
      expect((await change(on, 'unlocked', name)).outcome).toBe('changed');
      expect((await attempt('alice', 'correct horse')).outcome).toBe('right');
    }
  });

  it.each(['enabled', 'unlocked'] as const)('%s twice is the same as once, and audited once', async (state) => {
    await givenAccount(db.owner, { enabled: false, locked: true });
    const on = service();
    expect((await change(on, state)).outcome).toBe('changed');
    expect((await change(on, state)).outcome).toBe('unchanged');
    expect(await audited()).toHaveLength(1);
  });

  it('an unknown user is told', async () => {
    expect((await change(service(), 'disabled', 'nobody')).outcome).toBe('unknown_user');
  });
});

describe('Ours: tessera user list, show', () => {
  it('lists pages in the order of ids', async () => {
    for (const username of ['a', 'b', 'c']) await givenAccount(db.owner, { username });
    const on = service();
    const first = ListUsers.reply.parse(await on.users.list({ after: null, limit: 2 }));
    const second = ListUsers.reply.parse(await on.users.list({ after: first.next, limit: 2 }));
    expect([...first.users, ...second.users].map((one) => one.username).sort()).toEqual(['a', 'b', 'c']);
    expect(second.next).toBeNull();
  });

  it('shows everything but the credential', async () => {
    const { id } = await withAccess();
    const { user } = GetUser.reply.parse(await service().users.get({ user: id }));
    expect(user).toMatchObject({ accountId: id, username: 'alice', email: null, name: 'alice', locked: false, sessions: 1, grants: 2, blockedUntil: null });
    expect(JSON.stringify(user)).not.toContain('correct horse');
    expect(await service().users.get({ user: 'nobody' })).toEqual({ user: null });
  });
});

describe('I5: what is just being begun while an account is taken out of use', () => {
  it.each(['disabled', 'password'] as const)('%s: a session and grants that commit meanwhile MUST end as well, in each of 10 rounds', async (what) => {
    const on = service();
    for (let round = 0; round < 10; round += 1) {
      const username = `user-${round}`;
      const id = await givenAccount(db.owner, { username });
      const session = await givenSession(db.owner, id);
      const signIn = await db.owner.connect();
      try {
        await signIn.query('BEGIN');
        await signIn.query(
          `INSERT INTO session (id, handle_hash, sid, account_id, authenticated_at, acr, amr, idle_expires_at, expires_at)
           SELECT gen_random_uuid(), sha256(convert_to($1::text, 'UTF8')), $1::text, account_id, now(), '1', '{pwd}', now() + interval '1 day', now() + interval '1 day'
             FROM session WHERE id = $2`,
          [`late-${round}`, session],
        );
        await signIn.query(
          `INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, auth_time, amr)
           SELECT gen_random_uuid(), 'app', $1, $1, id, sid, true, '{}', now(), '{pwd}' FROM session WHERE sid = $2`,
          [id, `late-${round}`],
        );
        const request = { actor: ACTOR, accountId: id, password: await on.sealFor(id, 'battery staple') };
        const ending = what === 'disabled' ? on.users.changeState({ actor: ACTOR, user: username, state: 'disabled' }) : on.users.setPassword(request);
        await waiting();
        await signIn.query('COMMIT');
        expect(await ending).toMatchObject({ sessionsEnded: 2, grantsRevoked: 1 });
      } finally {
        signIn.release();
      }
    }
    expect(await live()).toEqual([]);
    expect(await rows('SELECT 1 FROM session WHERE ended_at IS NULL')).toEqual([]);
  }, 30_000);

  beforeEach(async () => {
    await db.owner.query(
      `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
       VALUES ('app', 'App', 'none', '{}', '{}', '{}', 'api') ON CONFLICT DO NOTHING`,
    );
  });

  /** Until some statement waits for a lock. */
  async function waiting(): Promise<void> {
    const until = performance.now() + 900;
    while ((await rows(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)).length === 0) {
      if (performance.now() > until) throw new Error('nobody waits');
    }
  }
});
