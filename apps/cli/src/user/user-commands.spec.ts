import { AddUser, ChangeUserState, GetUser, ListUsers, type RequestContract, SealedPassword, SetUserPassword } from '@tessera/contracts';
import { openSealed } from '@tessera/jose';
import { Outage } from '@tessera/vocabulary';
import { fakeServices, FakeSurroundings, sealingKeyPair } from '../testing.js';

const ALICE = {
  accountId: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
  username: 'alice',
  email: 'alice@example.com',
  name: 'Alice Adams',
  enabled: true,
  locked: false,
  managedBy: 'file',
  claims: { name: 'Alice Adams', email_verified: true },
  passwordChangedAt: '2026-01-01T00:00:00.000Z',
  lockedAt: null,
  blockedUntil: '2026-01-01T01:00:00.000Z',
  sessions: 1,
  grants: 2,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const BOB = { ...ALICE, accountId: 'usr_AAAAAAAAAAAAAAAAAAAAAA', username: 'bob', email: null, name: null, locked: true };

type Passworded = { accountId: string; password: { sealed: string; requestId: string } };

function users(answers: Partial<Record<'add' | 'set' | 'change', (asked: never) => unknown>> = {}) {
  const { sealing, opening } = sealingKeyPair();
  const ended = { sessionsEnded: 1, grantsRevoked: 2 };
  const services = fakeServices(
    new Map<RequestContract, (request: unknown) => unknown>([
      [GetUser, (asked) => ({ user: (asked as { user: string }).user === 'alice' ? ALICE : null })],
      [ListUsers, (asked) => ((asked as { after: string | null }).after === null ? { users: [BOB], next: BOB.accountId } : { users: [ALICE], next: null })],
      [AddUser, (asked) => answers.add?.(asked as never) ?? { outcome: 'added', problems: [] }],
      [SetUserPassword, (asked) => answers.set?.(asked as never) ?? { outcome: 'set', why: null, ...ended }],
      [ChangeUserState, (asked) => answers.change?.(asked as never) ?? { outcome: 'changed', ...ended }],
    ]),
  );
  const at = new FakeSurroundings({ services, sealingKey: async () => sealing });
  const opened = async () => {
    const { accountId, password } = services.asked.at(-1) as Passworded;
    return { accountId, requestId: password.requestId, payload: SealedPassword.parse(openSealed(password.sealed, [opening])) };
  };
  return { at, services, opened };
}

describe('Ours: tessera user list, show', () => {
  it('lists all pages in the order of names', async () => {
    const { at } = users();
    expect(await at.run('user', 'list')).toBe(0);
    expect(at.out).toEqual([
      'USERNAME  EMAIL              ID                          MANAGED BY  STATE    NAME',
      'alice     alice@example.com  usr_2iv3d3YcSTm1vE7vTzrWlA  file        enabled  Alice Adams',
      'bob       -                  usr_AAAAAAAAAAAAAAAAAAAAAA  file        locked   -',
    ]);
  });

  it('shows one, and until when nobody may try', async () => {
    const { at } = users();
    expect(await at.run('user', 'show', 'alice')).toBe(0);
    expect(at.out).toContain('sign-in                   blocked until 2026-01-01T01:00:00.000Z after too many wrong passwords');
    expect(at.out).toContain('claims.email_verified     true');
  });

  it('a user who does not exist is told by the exit status', async () => {
    const { at } = users();
    expect(await at.run('user', 'show', 'carol')).toBe(3);
    expect(at.err).toEqual(['tessera: there is no user "carol"; see tessera user list']);
  });
});

describe('Ours: tessera user add, set-password', () => {
  it('adds with a password that is made, sealed for the new id, and shown once', async () => {
    const { at, opened } = users();
    at.file('claims.json', '{"name":"Carol"}');
    expect(await at.run('user', 'add', 'carol', '--email', 'carol@example.com', '--claims', 'claims.json')).toBe(0);
    const { accountId, requestId, payload } = await opened();
    expect(payload).toMatchObject({ account: accountId, rid: requestId, purpose: 'set-password' });
    expect(at.out[0]).toBe(`carol was added as ${accountId}`);
    expect(at.out.at(-1)).toBe(`  user:carol  ${payload.secret}`);
  });

  it('sets a password that is given, and shows it to nobody', async () => {
    const { at, services, opened } = users();
    at.environment = { NEXT: 'battery staple' };
    expect(await at.run('user', 'set-password', 'alice', '--from-environment', 'NEXT')).toBe(0);
    expect((await opened()).payload).toMatchObject({ secret: 'battery staple', account: ALICE.accountId });
    expect(at.out).toEqual(['alice has a new password; sessions ended: 1, grants revoked: 2']);
    expect(JSON.stringify(services.asked)).not.toContain('battery staple');
  });

  it.each([
    ['add', 'carol', { outcome: 'added', problems: [] }],
    ['set', 'alice', { outcome: 'set', why: null, sessionsEnded: 0, grantsRevoked: 0 }],
  ] as const)('%s: a lost answer is asked for again as the same request', async (which, name, reply) => {
    const seen: Passworded[] = [];
    const lost = (asked: never) => {
      seen.push(asked);
      if (seen.length === 1) throw new Outage('authorization', 'no answer');
      return reply;
    };
    const { at } = users({ [which]: lost });
    expect(await at.run('user', which === 'add' ? 'add' : 'set-password', name)).toBe(0);
    expect(seen[0]).toMatchObject({ accountId: seen[1]?.accountId, password: { requestId: seen[1]?.password.requestId } });
    expect(seen[0]?.password.sealed).not.toBe(seen[1]?.password.sealed);
  });

  it('a password that may be in force is not lost', async () => {
    const { at } = users({ set: () => Promise.reject(new Outage('authorization', 'no answer')) });
    expect(await at.run('user', 'set-password', 'alice')).toBe(4);
    expect(at.out[0]).toMatch(/MAY BE IN FORCE/);
    expect(at.out[1]).toMatch(/^ {2}user:alice {2}[\w-]{20}$/);
  });

  it.each([
    ['a name that is taken', ['user', 'add', 'alice'], { add: () => ({ outcome: 'taken', problems: ['the user name alice is taken'] }) }, 2, 'the user name alice is taken'],
    ['a refused password', ['user', 'set-password', 'alice'], { set: () => ({ outcome: 'refused', why: 'too old', sessionsEnded: 0, grantsRevoked: 0 }) }, 1, 'too old'],
    ['nobody', ['user', 'set-password', 'carol'], {}, 3, 'there is no user'],
    ['a password that is too short', ['user', 'set-password', 'alice', '--from-environment', 'SHORT'], {}, 2, 'use 8 to 256 characters'],
    ['two sources', ['user', 'add', 'carol', '--from-environment', 'SHORT', '--from-file', 'x'], {}, 2, 'keep one of them'],
    ['claims that are no object', ['user', 'add', 'carol', '--claims', 'list.json'], {}, 2, 'no JSON object'],
  ])('%s ends with one line', async (_case, words, answers, status, line) => {
    const { at } = users(answers);
    at.environment = { SHORT: 'short' };
    at.file('list.json', '[]');
    expect(await at.run(...words)).toBe(status);
    expect(at.err.join('\n')).toContain(line);
    expect(at.err).toHaveLength(1);
  });
});

describe('Ours: tessera user disable, enable, lock, unlock', () => {
  it.each([
    ['disable', 'disabled'],
    ['enable', 'enabled'],
    ['lock', 'locked'],
    ['unlock', 'unlocked'],
  ])('%s', async (verb, state) => {
    const { at, services } = users();
    expect(await at.run('user', verb, 'alice')).toBe(0);
    expect(services.asked).toEqual([{ actor: { kind: 'operator', name: 'ada' }, user: 'alice', state }]);
    expect(at.out).toEqual([`alice is ${state}; sessions ended: 1, grants revoked: 2`]);
  });

  it('says when there was nothing to change, or nobody', async () => {
    const unchanged = users({ change: () => ({ outcome: 'unchanged', sessionsEnded: 0, grantsRevoked: 0 }) });
    expect(await unchanged.at.run('user', 'lock', 'alice')).toBe(0);
    expect(unchanged.at.out).toEqual(['alice is locked already']);
    const unknown = users({ change: () => ({ outcome: 'unknown_user', sessionsEnded: 0, grantsRevoked: 0 }) });
    expect(await unknown.at.run('user', 'lock', 'carol')).toBe(3);
  });
});
