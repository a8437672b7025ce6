import type { AccountId } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import type { ChangedPassword } from './password-change.js';
import { accountsOn, CountingHasher, givenAccount, givenGrant, givenSession, newRequestId, SOURCE } from './testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE account, sign_in_failure, opened_secret, authorization_audit_event CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const live = async () => (await rows('SELECT id FROM live_grant')).map((one) => one['id']);

function service() {
  const hasher = new CountingHasher();
  const parts = accountsOn(db.pool('tessera_authorization', 10), hasher);
  const change = async (
    accountId: AccountId,
    keepSession: string,
    { current = 'correct horse', next = 'battery staple', requestId = newRequestId(), ...rest }: { current?: string; next?: string; requestId?: string } & Partial<ChangedPassword> = {},
  ) =>
    await parts.change.change({
      accountId,
      sealedCurrent: await parts.key.seal(current, requestId, 'current-password'),
      sealedNew: await parts.key.seal(next, requestId, 'new-password'),
      requestId,
      sourceAddress: SOURCE,
      keepSession,
      endOffline: false,
      ...rest,
    });
  return { ...parts, hasher, changePassword: change };
}

/** Alice with two sessions, a grant in each, one that outlives them, and one by password grant. */
async function given() {
  const id = await givenAccount(db.owner);
  const [here, there] = [await givenSession(db.owner, id), await givenSession(db.owner, id)];
  const grants = {
    here: await givenGrant(db.owner, id, here, false),
    there: await givenGrant(db.owner, id, there, false),
    offline: await givenGrant(db.owner, id, there, true),
    byPassword: await givenGrant(db.owner, id, null, false),
  };
  return { id, here, there, grants };
}

describe('ASVS 7.4.3: changing the password', () => {
  it('ends the other sessions and what was granted in them; offline access stays unless the person says so', async () => {
    const { id, here, there, grants } = await given();
    const { changePassword, attempt } = service();
    expect(await changePassword(id, here)).toBe('changed');
    expect(await rows('SELECT id, end_reason FROM session WHERE ended_at IS NOT NULL')).toEqual([
      { id: there, end_reason: 'password-changed' },
    ]);
    expect(new Set(await live())).toEqual(new Set([grants.here, grants.offline]));
    expect((await attempt('alice', 'correct horse')).outcome).toBe('wrong');
    expect((await attempt('alice', 'battery staple')).outcome).toBe('right');
  });

  it('with endOffline ends offline access as well, in the same transaction', async () => {
    const { id, here, grants } = await given();
    expect(await service().changePassword(id, here, { endOffline: true })).toBe('changed');
    expect(await live()).toEqual([grants.here]);
  });

  it('touches nobody else', async () => {
    const { id, here } = await given();
    const bob = await givenAccount(db.owner, { username: 'bob' });
    const grant = await givenGrant(db.owner, bob, await givenSession(db.owner, bob), false);
    await service().changePassword(id, here, { endOffline: true });
    expect(await live()).toContain(grant);
  });

  it('SEC-4 audits it, without either password', async () => {
    const { id, here } = await given();
    await service().changePassword(id, here);
    const audited = await rows('SELECT actor_kind, actor_name, action, subject, detail FROM authorization_audit_event ORDER BY id');
    expect(audited.map((one) => `${one['action']} by ${one['actor_kind']}`)).toEqual([
      'session.ended by user',
      'grant.revoked by user',
      'grant.revoked by user',
      'account.password-changed by user',
    ]);
    expect(audited.slice(-1)).toEqual([
      { actor_kind: 'user', actor_name: id, action: 'account.password-changed', subject: id, detail: { offlineEnded: false } },
    ]);
  });

  it('a wrong present password changes nothing and counts like any attempt', async () => {
    const { id, here } = await given();
    const { changePassword } = service();
    const before = await live();
    for (let n = 0; n < 10; n += 1) expect(await changePassword(id, here, { current: 'wrong horse' })).toBe('wrong-password');
    expect(await changePassword(id, here)).toBe('too-many');
    expect(await live()).toEqual(before);
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'hashed:correct horse' }]);
  });

  it.each([
    ['1234567', 'password-too-short'],
    ['🐎'.repeat(7), 'password-too-short'],
    ['x'.repeat(257), 'password-too-long'],
  ])('refuses %j before anything is counted or hashed', async (next, fault) => {
    const { id, here } = await given();
    const { changePassword, hasher } = service();
    expect(await changePassword(id, here, { next })).toBe(fault);
    expect([hasher.verified, hasher.hashes]).toEqual([[], 0]);
    expect(await rows('SELECT 1 FROM sign_in_failure')).toEqual([]);
  });

  it('a disabled or locked account cannot change it', async () => {
    const id = await givenAccount(db.owner, { locked: true });
    expect(await service().changePassword(id, await givenSession(db.owner, id))).toBe('wrong-password');
  });

  it('of 8 changes at once one MUST be made, and its password is the one, in each of 25 rounds', async () => {
    const { changePassword } = service();
    for (let round = 0; round < 25; round += 1) {
      const id = await givenAccount(db.owner, { username: `user-${round}` });
      const session = await givenSession(db.owner, id);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, n) => changePassword(id, session, { next: `battery staple ${n}`, sourceAddress: `198.51.100.${n}` })),
      );
      const won = outcomes.indexOf('changed');
      expect(outcomes.filter((one) => one === 'changed')).toHaveLength(1);
      expect(outcomes.filter((one) => one === 'wrong-password')).toHaveLength(7);
      expect((await db.owner.query('SELECT secret FROM credential WHERE account_id = $1', [id])).rows).toEqual([
        { secret: `hashed:battery staple ${won}` },
      ]);
    }
  }, 30_000);

  it('MUST leave everything as it was when the write fails in the middle', async () => {
    const { id, here } = await given();
    const { changePassword } = service();
    const before = await live();
    await db.owner.query(`CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$`);
    await db.owner.query('CREATE TRIGGER refuse BEFORE INSERT ON authorization_audit_event FOR EACH ROW EXECUTE FUNCTION refuse_audit()');
    await expect(changePassword(id, here)).rejects.toThrow('disk full');
    await db.owner.query('DROP FUNCTION refuse_audit() CASCADE');
    expect(await live()).toEqual(before);
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'hashed:correct horse' }]);
    expect(await changePassword(id, here)).toBe('changed');
  });
});
