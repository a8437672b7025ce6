import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { accountsOn, administrationOn, givenAccount, givenGrant, givenSession } from '../accounts/testing.js';
import { applyRequest } from '../testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE account, sign_in_failure, opened_secret, authorization_audit_event CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const service = () => administrationOn(db.pool('tessera_authorization', 10));
const identifiers = async () => (await rows('SELECT kind, value FROM account_identifier ORDER BY kind, value')).map((one) => `${one['kind']} ${one['value']}`);

describe('Ours: users of a declaration in PostgreSQL (decision 17)', () => {
  it('are written with what they sign in with and the offered password, by the manager file', async () => {
    const on = service();
    const alice = { username: 'Alice', email: 'alice@example.com', claims: { name: 'Alice Adams' }, password: await on.sealFor('Alice') };
    const reply = await on.applying.apply(applyRequest({ users: [alice] }));
    expect(reply).toMatchObject({ outcome: 'applied', passwordsInForce: [alice.password.requestId], problems: [] });
    expect(await rows('SELECT enabled, managed_by, claims FROM account')).toEqual([
      {
        enabled: true,
        managed_by: 'file',
        claims: { preferred_username: 'Alice', name: 'Alice Adams', email: 'alice@example.com', email_verified: false, updated_at: expect.any(Number) },
      },
    ]);
    expect(await identifiers()).toEqual(['email alice@example.com', 'username alice']);
    expect((await accountsOn(db.pool('tessera_authorization'), on.hasher).attempt('alice', 'correct horse')).outcome).toBe('right');
  });

  it('is idempotent: the second time no row and no audit row, and the password of this very message is still reported', async () => {
    const on = service();
    const password = await on.sealFor('alice');
    const request = applyRequest({ users: [{ username: 'alice', claims: { address: { locality: 'Berlin', country: 'DE' } }, password }] });
    await on.applying.apply(request);
    const before = await rows('SELECT xmin, * FROM account');
    const again = await on.applying.apply(request);
    expect(again).toMatchObject({ plan: [{ action: 'unchanged' }], passwordsInForce: [password.requestId] });
    expect(await rows('SELECT xmin, * FROM account')).toEqual(before);
    expect(await rows('SELECT 1 FROM authorization_audit_event')).toHaveLength(1);
    expect(on.hasher.hashes).toBe(1);
  });

  it('MUST NOT undo the password a person changed', async () => {
    const on = service();
    await on.applying.apply(applyRequest({ users: [{ username: 'alice', password: await on.sealFor('alice') }] }));
    await db.owner.query(`UPDATE credential SET secret = 'hashed:my own choice'`);
    const again = await on.applying.apply(applyRequest({ users: [{ username: 'alice', password: await on.sealFor('alice') }] }));
    expect(again).toMatchObject({ passwordsInForce: [], plan: [{ action: 'unchanged' }] });
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'hashed:my own choice' }]);
  });

  it('a dry run changes nothing and hashes nothing', async () => {
    const on = service();
    const reply = await on.applying.apply(applyRequest({ dryRun: true, users: [{ username: 'alice', password: await on.sealFor('alice') }] }));
    expect(reply).toMatchObject({ outcome: 'planned', plan: [{ action: 'create', kind: 'user', id: 'alice' }] });
    expect([await rows('SELECT 1 FROM account'), await rows('SELECT 1 FROM opened_secret'), on.hasher.hashes]).toEqual([[], [], 0]);
  });

  it('moves an address from one user to another, and swaps two', async () => {
    const on = service();
    const users = (a: string, b: string) => applyRequest({ users: [{ username: 'alice', email: a }, { username: 'bob', email: b }] });
    await on.applying.apply(users('a@example.com', 'b@example.com'));
    expect((await on.applying.apply(users('b@example.com', 'a@example.com'))).outcome).toBe('applied');
    expect(await rows(`SELECT i.value FROM account_identifier i JOIN account_identifier n USING (account_id) WHERE n.value = 'alice' AND i.kind = 'email'`)).toEqual([
      { value: 'b@example.com' },
    ]);
  });

  it('I5 a user that is declared disabled loses sessions and grants for good', async () => {
    const on = service();
    await on.applying.apply(applyRequest({ users: [{ username: 'alice' }] }));
    const [row] = await rows('SELECT id FROM account');
    const id = String(row?.['id']) as Awaited<ReturnType<typeof givenAccount>>;
    await givenGrant(db.owner, id, await givenSession(db.owner, id), true);
    await on.applying.apply(applyRequest({ users: [{ username: 'alice', enabled: false }] }));
    await on.applying.apply(applyRequest({ users: [{ username: 'alice', enabled: true }] }));
    expect(await rows('SELECT 1 FROM live_grant')).toEqual([]);
    expect(await rows('SELECT end_reason FROM session')).toEqual([{ end_reason: 'account-disabled' }]);
  });

  it('prunes what files managed with all that belongs to it, and nothing else', async () => {
    const on = service();
    const added = await givenAccount(db.owner, { username: 'added' });
    await on.applying.apply(applyRequest({ users: [{ username: 'alice' }, { username: 'old', email: 'old@example.com', password: await on.sealFor('old') }] }));
    const reply = await on.applying.apply(applyRequest({ prune: true, users: [{ username: 'alice', email: 'old@example.com' }] }));
    expect(reply.plan.map((one) => `${one.action} ${one.id}`)).toEqual(['update alice', 'delete old']);
    expect(await identifiers()).toEqual(['email old@example.com', 'username added', 'username alice']);
    expect(await rows(`SELECT 1 FROM credential WHERE account_id <> '${added}'`)).toEqual([]);
  });

  it('MUST change nothing at all when one password cannot be opened', async () => {
    const on = service();
    const users = [{ username: 'alice', password: await on.sealFor('alice') }, { username: 'bob', password: await on.sealFor('alice') }];
    expect(await on.applying.apply(applyRequest({ users }))).toMatchObject({ outcome: 'refused', problems: [{ path: ['users', 1, 'password'] }] });
    expect([await rows('SELECT 1 FROM account'), await rows('SELECT 1 FROM opened_secret')]).toEqual([[], []]);
  });

  it('declarations that meet wait for each other: one creates, the others find it', async () => {
    const on = service();
    const password = await on.sealFor('alice');
    const request = applyRequest({ users: [{ username: 'alice', password }] });
    const replies = await Promise.all(Array.from({ length: 8 }, () => on.applying.apply(request)));
    expect(replies.filter((reply) => reply.plan[0]?.action === 'create')).toHaveLength(1);
    expect(replies.every((reply) => reply.passwordsInForce?.includes(password.requestId))).toBe(true);
    expect(await rows('SELECT 1 FROM credential')).toHaveLength(1);
  });
});
