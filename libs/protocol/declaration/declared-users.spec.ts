import { actions, applying, places, planOf, storedUser } from './testing.js';

const password = (who: string, requestId = `request-${who}`) => ({ sealed: `sealed:${who}:correct horse`, requestId });
const alice = (overrides: Record<string, unknown> = {}) => ({ username: 'alice', password: password('alice'), ...overrides });

describe('Ours: users of a declaration (decision 17)', () => {
  it('are created with an audit entry, and get the offered password', async () => {
    const { state, applyUsers } = applying();
    const applied = await applyUsers([alice({ email: 'Alice@Example.com', claims: { name: 'Alice', email_verified: true } })]);
    expect(actions(applied)).toEqual(['create user alice']);
    expect(applied).toMatchObject({ outcome: 'applied', plan: { passwordsInForce: ['request-alice'] } });
    expect(state.stored.users).toMatchObject([
      {
        username: 'alice',
        email: 'alice@example.com',
        enabled: true,
        hasPassword: true,
        claims: { preferred_username: 'alice', name: 'Alice', email: 'Alice@Example.com', email_verified: true },
      },
    ]);
    expect(state.audit).toMatchObject([{ action: 'user.created', subject: 'alice' }]);
    expect(JSON.stringify(state.audit)).not.toContain('correct horse');
  });

  it('the second time nothing is written, and a lost answer can be asked for again', async () => {
    const { state, applyUsers } = applying();
    await applyUsers([alice()]);
    const again = await applyUsers([alice()]);
    expect(actions(again)).toEqual(['unchanged user alice']);
    expect(again).toMatchObject({ plan: { passwordsInForce: ['request-alice'], changes: [] } });
    expect(state.writes).toBe(1);
  });

  it('MUST NOT replace a password that the person may have changed', async () => {
    const { state, applyUsers } = applying({ users: [storedUser()] });
    const applied = await applyUsers([alice()]);
    expect(actions(applied)).toEqual(['unchanged user alice']);
    expect(applied).toMatchObject({ plan: { passwordsInForce: [] } });
    expect(state.writes).toBe(0);
  });

  it('gives a user without one the offered password', async () => {
    const { applyUsers } = applying({ users: [storedUser({ hasPassword: false })] });
    const applied = await applyUsers([alice()]);
    expect(planOf(applied)).toEqual([
      { action: 'update', kind: 'user', id: 'alice', changes: [{ field: 'password', from: null, to: 'a new password' }] },
    ]);
    expect(applied).toMatchObject({ plan: { passwordsInForce: ['request-alice'] } });
  });

  it('a dry run opens no password, and its plan is the one that is carried out', async () => {
    const { state, applyUsers } = applying();
    const planned = await applyUsers([alice({ password: password('somebody else') })], { dryRun: true });
    expect(planned).toMatchObject({ outcome: 'planned', plan: { passwordsInForce: [] } });
    const agreedPlan = planned.outcome === 'planned' ? planned.planDigest : '';
    expect((await applyUsers([alice()], { agreedPlan })).outcome).toBe('applied');
    expect(state.stored.users).toHaveLength(1);
  });

  it('changes only what differs, and says from what to what', async () => {
    const { applyUsers } = applying({
      users: [storedUser({ claims: { preferred_username: 'alice', name: 'A', locale: 'en', updated_at: 1_700_000_000 } })],
    });
    const applied = await applyUsers([alice({ claims: { name: 'Alice', address: { locality: 'Berlin' } } })]);
    expect(planOf(applied)).toEqual([
      {
        action: 'update',
        kind: 'user',
        id: 'alice',
        changes: [
          { field: 'claims.address', from: null, to: '{"locality":"Berlin"}' },
          { field: 'claims.locale', from: 'en', to: null },
          { field: 'claims.name', from: 'A', to: 'Alice' },
        ],
      },
    ]);
  });

  it('leaves a user disabled who was disabled by hand, unless the file says otherwise', async () => {
    const { state, applyUsers } = applying({ users: [storedUser({ enabled: false })] });
    expect(actions(await applyUsers([alice()]))).toEqual(['unchanged user alice']);
    await applyUsers([alice({ enabled: true })]);
    expect(state.stored.users).toMatchObject([{ enabled: true }]);
  });

  it('is removed with prune, but only what files manage', async () => {
    const stored = [storedUser({ username: 'old' }), storedUser({ username: 'added', managedBy: 'api' })];
    const { state, applyUsers } = applying({ users: stored });
    expect(actions(await applyUsers([alice()]))).toEqual(['create user alice']);
    expect(actions(await applyUsers([alice()], { prune: true }))).toEqual(['unchanged user alice', 'delete user old']);
    expect(state.stored.users.map((one) => one.username)).toEqual(['added', 'alice']);
  });

  it('an address moves from one user to another in one declaration', async () => {
    const { applyUsers } = applying({ users: [storedUser({ email: 'a@example.com' })] });
    const applied = await applyUsers([alice(), { username: 'bob', email: 'a@example.com' }]);
    expect(actions(applied)).toEqual(['update user alice', 'create user bob']);
  });
});

describe('Ours: what is wrong with a declared user is said at its place', () => {
  const refused: readonly [string, Record<string, unknown>, string][] = [
    ['no user name', { username: undefined }, 'users.0.username'],
    ['an email address as user name', { username: 'a@example.com' }, 'users.0.username'],
    ['an empty user name', { username: ' ' }, 'users.0.username'],
    ['a user name with a control character', { username: 'a\u0007' }, 'users.0.username'],
    ['a user name beyond its length', { username: 'x'.repeat(257) }, 'users.0.username'],
    ['no email address', { email: 'alice' }, 'users.0.email'],
    ['two addresses in one', { email: 'a@b@c' }, 'users.0.email'],
    ['an unknown claim', { claims: { shoe_size: 42 } }, 'users.0.claims'],
    ['sub, which is ours', { claims: { sub: 'x' } }, 'users.0.claims'],
    ['updated_at, which is ours', { claims: { updated_at: 1 } }, 'users.0.claims'],
    ['a birthdate of another form', { claims: { birthdate: '31.1.1990' } }, 'users.0.claims.birthdate'],
    ['email_verified without an email', { claims: { email_verified: true } }, 'users.0.claims.email_verified'],
    ['phone_number_verified without a number', { claims: { phone_number_verified: true } }, 'users.0.claims.phone_number_verified'],
    ['enabled as text', { enabled: 'yes' }, 'users.0.enabled'],
    ['a password for somebody else', { password: password('bob') }, 'users.0.password'],
  ];

  it.each(refused)('%s', async (_case, overrides, place) => {
    const { state, applyUsers } = applying();
    expect(places(await applyUsers([alice(overrides)]))).toEqual([place]);
    expect(state.writes).toBe(0);
  });

  it('the same user twice, however it is written', async () => {
    const { applyUsers } = applying();
    expect(places(await applyUsers([alice(), { username: ' ALICE' }]))).toEqual(['users.1.username']);
  });

  it('the same address twice', async () => {
    const { applyUsers } = applying();
    const users = [alice({ email: 'a@example.com' }), { username: 'bob', email: 'A@example.com' }];
    expect(places(await applyUsers(users))).toEqual(['users.1.email']);
  });

  it('an address that another user has', async () => {
    const { applyUsers } = applying({ users: [storedUser({ username: 'carol', email: 'a@example.com', managedBy: 'registration' })] });
    expect(places(await applyUsers([alice({ email: 'a@example.com' })]))).toEqual(['users.0.email']);
  });

  it('but the address of a user who is pruned may be taken', async () => {
    const { applyUsers } = applying({ users: [storedUser({ username: 'carol', email: 'a@example.com' })] });
    expect(places(await applyUsers([alice({ email: 'a@example.com' })], { prune: true }))).toBe('applied');
  });

  it.each(['registration', 'api'] as const)('a user that %s manages', async (managedBy) => {
    const { applyUsers } = applying({ users: [storedUser({ managedBy })] });
    expect(places(await applyUsers([alice()]))).toEqual(['users.0.username']);
  });

  it('more new passwords than can be hashed in time', async () => {
    const { applyUsers } = applying();
    const users = Array.from({ length: 101 }, (_, n) => ({ username: `u${n}`, password: password(`u${n}`) }));
    expect(places(await applyUsers(users))).toEqual(['users']);
  });
});
