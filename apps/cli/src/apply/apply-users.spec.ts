import { openSealed } from '@tessera/jose';
import { InMemoryDeclaredState, storedUser } from '@tessera/protocol/declaration/testing';
import { Outage } from '@tessera/vocabulary';
import { applying } from '../testing.js';

const FILE = `users:
  - username: alice
    email: alice@example.com
    claims:
      name: Alice Adams
      email_verified: true
      address: { locality: Berlin }
    password:
      from_environment: ALICE_PASSWORD
      from_file: alice.password
  - username: bob
`;

const withPassword = (text = FILE, state?: InMemoryDeclaredState) => {
  const on = applying(openSealed, text, state);
  on.at.environment = { ALICE_PASSWORD: 'correct horse' };
  return on;
};

describe('Ours: tessera apply creates and changes the users that files declare', () => {
  it('prints the plan and shows the password it made, once', async () => {
    const { at, state, authorization } = withPassword();
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out.slice(0, 3)).toEqual(['+ user     alice', '+ user     bob', 'Applied: 2 created, 0 updated, 0 deleted, 0 unchanged']);
    const [, made] = /^ {2}user:bob {2}([A-Za-z0-9_-]{20})$/.exec(at.out.at(-1) ?? '') ?? [];
    expect(authorization.hashed.map(({ account, secret }) => [account, secret])).toEqual([
      ['alice', 'correct horse'],
      ['bob', made],
    ]);
    expect(state.stored.users).toMatchObject([
      { username: 'alice', email: 'alice@example.com', claims: { name: 'Alice Adams', address: { locality: 'Berlin' } }, hasPassword: true },
      { username: 'bob', email: null, hasPassword: true },
    ]);
  });

  it('the second time changes nothing and shows no password', async () => {
    const { at } = withPassword();
    await at.run('apply', 'd.yaml');
    at.out.length = 0;
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out).toEqual(['Applied: 0 created, 0 updated, 0 deleted, 2 unchanged']);
  });

  it('MUST NOT send a password in clear, and seals it for the purpose set-password and this user for a minute', async () => {
    const { at, authorization } = withPassword();
    await at.run('apply', 'd.yaml');
    expect(JSON.stringify(authorization.services.asked)).not.toContain('correct horse');
    const [alice] = authorization.hashed;
    expect(alice).toMatchObject({ purpose: 'set-password', account: 'alice', secret: 'correct horse' });
    expect((alice?.exp ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(60);
  });

  it('takes the file when the variable is not set', async () => {
    const { at, authorization } = withPassword();
    at.environment = {};
    at.file('alice.password', 'battery staple\n');
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(authorization.hashed[0]?.secret).toBe('battery staple');
  });

  it('writes the passwords it made to the file of secrets, beside those of clients', async () => {
    const { at } = withPassword();
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(0);
    expect(JSON.parse(at.written.get('s.json') ?? '')).toEqual({ 'user:bob': { password: expect.stringMatching(/^[\w-]{20}$/) } });
    expect(at.out.join('\n')).not.toContain('user:bob');
  });

  it('a lost answer is asked for again, sealed anew for the same request, and the password is still shown', async () => {
    const { at, authorization } = withPassword();
    const { call } = authorization.services;
    let lost = 0;
    authorization.services.call = (async (...asked: Parameters<typeof call>) => {
      const reply = await call(...asked);
      if (lost++ === 0) throw new Outage('authorization', 'no answer');
      return reply;
    }) as typeof call;
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out.at(-1)).toMatch(/^ {2}user:bob {2}/);
    const sent = authorization.services.asked as { users: { password: { sealed: string; requestId: string } }[] }[];
    const offers = sent.map(({ users }) => users[1]?.password);
    expect(offers[0]?.requestId).toBe(offers[1]?.requestId);
    expect(offers[0]?.sealed).not.toBe(offers[1]?.sealed);
  });

  it('shows what changes in the names of the file, and asks before deleting', async () => {
    const state = new InMemoryDeclaredState({ users: [storedUser(), storedUser({ username: 'old' })] });
    const { at } = withPassword('users:\n  - { username: alice, claims: { name: Alice } }\n', state);
    at.answer = 'y';
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(0);
    expect(at.out).toContain('    claims.name: (none) -> Alice');
    expect(at.out).toContain('- user     old');
    expect(state.stored.users.map((one) => one.username)).toEqual(['alice']);
  });
});

describe('Ours: what is wrong with users of a file is said at its line', () => {
  const refused: readonly [string, string, string | RegExp][] = [
    ['an unknown key', 'users:\n  - user_name: a\n', 'd.yaml:2:5  users[0].user_name  unknown key "user_name"  (did you mean username?)'],
    ['claims that are no mapping', 'users:\n  - { username: a, claims: [name] }\n', /^d\.yaml:2:28 {2}users\[0\]\.claims {2}is a list/],
    ['a password in clear', 'users:\n  - { username: a, password: secret }\n', /^d\.yaml:2:30 {2}users\[0\]\.password {2}is text {2}\(write from_environment/],
    ['a misspelt source', 'users:\n  - { username: a, password: { from: X } }\n', /users\[0\]\.password {2}is no password source/],
    ['a variable that is not set', 'users:\n  - { username: a, password: { from_environment: NO } }\n', /from_environment {2}the variable NO is not set/],
    ['a password that is too short', 'users:\n  - { username: a, password: { from_environment: SHORT } }\n', /the password has 5 characters {2}\(use 8 to 256 characters\)/],
    ['a user name with an @, as authorization judges', 'users:\n  - username: a@example.com\n', /^d\.yaml:2:15 {2}users\[0\]\.username {2}"a@example\.com" is no user name/],
    ['a claim with another form, as authorization judges', 'users:\n  - username: a\n    claims:\n      birthdate: soon\n', /^d\.yaml:4:18 {2}users\[0\]\.claims\.birthdate/],
  ];

  it.each(refused)('%s', async (_case, text, line) => {
    const { at, state } = applying(openSealed, text);
    at.environment = { SHORT: 'short' };
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    if (typeof line === 'string') expect(at.err[0]).toBe(line);
    else expect(at.err[0]).toMatch(line);
    expect(at.err.join('\n')).not.toContain('secret}');
    expect(state.writes).toBe(0);
  });
});
