import { randomUUID } from 'node:crypto';
import { loadStatements, Queries } from '@tessera/database';
import { webClient } from '@tessera/protocol/client/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { endAccess } from '../accounts/index.js';
import { givenAccount, givenSession } from '../accounts/testing.js';
import { AnnouncingQueries } from '../delivery/index.js';
import { SignInSystem } from '../interaction/testing.js';
import { givenClient, givenSessionGrant } from './testing.js';

const db = useDatabase();
const ROUNDS = 15;

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure, logout_delivery CASCADE');
});

let shared: Queries;
beforeAll(() => {
  shared = new Queries(db.pool('tessera_authorization'), loadStatements('authorization'));
});
const queries = () => shared;
interface Written {
  readonly client_id: string;
  readonly subject: string;
  readonly sid: string;
}
const written = async (): Promise<Written[]> => (await db.owner.query<Written>('SELECT client_id, subject, sid FROM logout_delivery ORDER BY client_id, sid')).rows;

/** Somebody with a session in which one client is logged in. */
async function loggedIn(registration?: object) {
  const accountId = await givenAccount(db.owner);
  const sessionId = await givenSession(db.owner, accountId);
  await givenClient(db.owner, 'app', registration);
  await givenSessionGrant(db.owner, 'app', sessionId);
  return { accountId, sessionId, delivery: { client_id: 'app', subject: accountId, sid: `sid-${sessionId}` } };
}

describe('Back-Channel Logout §2.2 a delivery is written with the end of a session', () => {
  it.each<[string, (one: Awaited<ReturnType<typeof loggedIn>>) => Promise<unknown>]>([
    ['a logout', ({ sessionId, accountId }) => queries().run('end-session', [sessionId, accountId, 'logout'])],
    ['the end of all sessions', ({ accountId }) => queries().run('end-account-sessions', [accountId, null, 'password-changed', 'user', accountId])],
    ['the disabling of the account', ({ accountId }) =>
      queries().transaction((turn) => endAccess(turn, accountId, { keepSession: null, endOffline: true, reason: 'account-disabled', by: { kind: 'operator', name: 'ada' } }))],
    ['the deletion of the account', ({ accountId }) =>
      db.owner.query(`UPDATE account SET managed_by = 'file' WHERE id = $1`, [accountId]).then(() => queries().run('delete-declared-accounts', [[accountId]]))],
  ])('by %s', async (_case, end) => {
    const one = await loggedIn();
    await end(one);
    expect(await written()).toEqual([one.delivery]);
  });

  it('by the answer of a person who is asked, and by another person who signs in in the same browser', async () => {
    const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
    await system.register(webClient({ firstParty: true }));
    await givenClient(db.owner, 's6BhdRkqt3');
    const [alice, bob] = [await givenAccount(db.owner), await givenAccount(db.owner, { username: 'bob' })];
    const browser = system.browser();
    await browser.through();
    await browser.through({ prompt: 'login' }, 'bob');
    expect(await written()).toMatchObject([{ client_id: 's6BhdRkqt3', subject: alice }]);
    await browser.signOut();
    await browser.show();
    await browser.submit('confirm-logout', [['decision', 'sign-out']]);
    expect((await written()).map((one) => one.subject).sort()).toEqual([alice, bob].sort());
  });

  it('for each client of the session once, with the subject of its last grant; not for one without openid, nor one without an address', async () => {
    const { accountId, sessionId } = await loggedIn();
    const elsewhere = await givenSession(db.owner, accountId);
    for (const id of ['pairwise', 'resource-only', 'silent', 'other']) await givenClient(db.owner, id, id === 'silent' ? {} : undefined);
    await givenSessionGrant(db.owner, 'pairwise', sessionId, { subject: 'usr_old' });
    await givenSessionGrant(db.owner, 'pairwise', sessionId, { subject: 'usr_pairwise', offline: true });
    await givenSessionGrant(db.owner, 'resource-only', sessionId, { scope: ['orders.read'] });
    await givenSessionGrant(db.owner, 'silent', sessionId);
    await givenSessionGrant(db.owner, 'other', elsewhere);
    await queries().run('end-session', [sessionId, accountId, 'logout']);
    expect((await written()).map(({ client_id, subject }) => [client_id, subject])).toEqual([['app', accountId], ['pairwise', 'usr_pairwise']]);
  });

  it('to a client that can do no more: its grant was revoked, or it was disabled', async () => {
    const { accountId, sessionId } = await loggedIn();
    await db.owner.query(`UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'replayed'; UPDATE client SET enabled = false`);
    await queries().run('end-session', [sessionId, accountId, 'logout']);
    expect(await written()).toHaveLength(1);
  });

  it('once: a session ends once, and a session that stays writes nothing', async () => {
    const { accountId, sessionId } = await loggedIn();
    await queries().run('touch-session', [sessionId, 1_000, 0]);
    await queries().run('end-account-sessions', [accountId, sessionId, 'password-changed', 'user', accountId]);
    expect(await written()).toEqual([]);
    await Promise.all(Array.from({ length: 8 }, () => queries().run('end-session', [sessionId, accountId, 'logout'])));
    await db.owner.query('UPDATE session SET ended_at = now()');
    await db.owner.query('DELETE FROM session');
    expect(await written()).toHaveLength(1);
  });

  it('not when a session that ran out is cleared away', async () => {
    await loggedIn();
    await db.owner.query(`UPDATE session SET expires_at = now() - interval '25 hours'`);
    await queries().run('remove-past-sessions', [10]);
    expect((await db.owner.query('SELECT FROM session')).rowCount).toBe(0);
    expect(await written()).toEqual([]);
  });

  it('all or nothing: a transaction that is taken back writes none', async () => {
    const { accountId, sessionId } = await loggedIn();
    await expect(
      queries().transaction(async (turn) => {
        await turn.run('end-session', [sessionId, accountId, 'logout']);
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    expect(await written()).toEqual([]);
  });

  it('REF-5 to a client whose grant was being made when the session ended', async () => {
    const { accountId, sessionId } = await loggedIn();
    await givenClient(db.owner, 'late');
    const granting = await db.owner.connect();
    try {
      await granting.query('BEGIN');
      // As an authorization does: the session is locked, so that who ends it sees the grant.
      await granting.query('SELECT FROM session WHERE id = $1 FOR SHARE', [sessionId]);
      const ending = queries().run('end-session', [sessionId, accountId, 'logout']);
      const waits = async () => (await db.owner.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rowCount;
      while ((await waits()) === 0) await new Promise((resolve) => setImmediate(resolve));
      await granting.query(
        `INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, auth_time, amr)
         VALUES (gen_random_uuid(), 'late', $1, $1, $2, $3, false, '{"scope": ["openid"]}', now(), '{pwd}')`,
        [accountId, sessionId, `sid-${sessionId}`],
      );
      await granting.query('COMMIT');
      await ending;
    } finally {
      granting.release();
    }
    expect((await written()).map((one) => one.client_id)).toEqual(['app', 'late']);
  });

  it(`REF-5 while clients are being logged in: a client that got a code of the session is told, in each of ${ROUNDS} rounds`, async () => {
    const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
    await system.register(webClient({ firstParty: true }));
    await givenClient(db.owner, 's6BhdRkqt3');
    await givenAccount(db.owner);
    for (let round = 0; round < ROUNDS; round += 1) {
      const browser = system.browser();
      await browser.through();
      await db.owner.query('DELETE FROM authorization_code; DELETE FROM authorization_grant; DELETE FROM sign_in_failure');
      const { rows: [session] } = await db.owner.query<{ id: string; account_id: string; sid: string }>('SELECT id, account_id, sid FROM session WHERE ended_at IS NULL');
      if (session === undefined) throw new Error('nobody is signed in');
      const silent = () => browser.authorize({ prompt: 'none' }).catch((error: unknown) => error);
      await Promise.all([silent(), silent(), queries().run('end-session', [session.id, session.account_id, 'logout']), silent(), silent()]);
      const { rows: granted } = await db.owner.query('SELECT FROM authorization_grant WHERE session_id = $1', [session.id]);
      const told = (await written()).filter((one) => one.sid === session.sid);
      expect([round, told.length]).toEqual([round, granted.length > 0 ? 1 : 0]);
    }
  }, 60_000);
});

describe('Ours: the worker is told after the commit', () => {
  function announcing() {
    let announced = 0;
    const on = new AnnouncingQueries(db.pool('tessera_authorization'), loadStatements('authorization'), () => void (announced += 1));
    return { on, count: () => announced };
  }

  it('of the end of a session, alone or in a transaction, once', async () => {
    const { accountId, sessionId } = await loggedIn();
    const { on, count } = announcing();
    await on.run('end-session', [sessionId, accountId, 'logout']);
    expect(count()).toBe(1);
    await on.run('end-session', [sessionId, accountId, 'logout']);
    expect(count()).toBe(1);
    const [other, third] = [await givenSession(db.owner, accountId), await givenSession(db.owner, accountId)];
    let within = -1;
    await on.transaction(async (turn) => {
      await turn.run('end-session', [other, accountId, 'logout']);
      await turn.run('end-session', [third, accountId, 'logout']);
      within = count();
    });
    expect([within, count()]).toEqual([1, 2]);
  });

  it('not of what was taken back, and not of statements that end nothing', async () => {
    const { accountId, sessionId } = await loggedIn();
    const { on, count } = announcing();
    await expect(
      on.transaction(async (turn) => {
        await turn.run('end-session', [sessionId, accountId, 'logout']);
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    await on.run('find-session', [Buffer.alloc(32), null, 60]);
    await on.run('end-session', [randomUUID(), accountId, 'logout']);
    expect(count()).toBe(0);
  });
});
