import { ACCOUNT_ATTEMPT_LIMITS, type AttemptState, nextAttemptState, SOURCE_ATTEMPT_LIMITS } from '@tessera/protocol/sign-in-attempts';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { accountsOn, CountingHasher, givenAccount, newRequestId, SOURCE } from './testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE account, sign_in_failure, opened_secret, authorization_audit_event CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const service = (hasher = new CountingHasher(), max = 5) => ({ hasher, ...accountsOn(db.pool('tessera_authorization', max), hasher) });

describe('Ours: signing in by password', () => {
  it('takes the right password of the user name or the email address, however it is typed', async () => {
    const id = await givenAccount(db.owner, { username: 'alice', email: 'alice@example.com' });
    const { attempt } = service();
    for (const typed of ['alice', ' ALICE ', 'ａｌｉｃｅ', 'Alice@Example.com']) {
      expect(await attempt(typed, 'correct horse')).toEqual({
        outcome: 'right',
        account: { id, enabled: true, locked: false, claims: { name: 'alice' }, identifier: 'alice' },
        passwordChangedAt: expect.any(String),
      });
    }
  });

  it('SEC-1 stores the password anew when the parameters changed, once, and only after it was right', async () => {
    await givenAccount(db.owner, { secret: 'old:correct horse' });
    const { attempt, hasher } = service();
    await attempt('alice', 'wrong horse');
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'old:correct horse' }]);
    expect((await attempt('alice', 'correct horse')).outcome).toBe('right');
    expect(await rows('SELECT secret FROM credential')).toEqual([{ secret: 'hashed:correct horse' }]);
    expect((await attempt('alice', 'correct horse')).outcome).toBe('right');
    expect(hasher.hashes).toBe(1);
  });
});

describe('Ours: what changes while a password is hashed', () => {
  /** Does something between the verification and its outcome. */
  class Interrupted extends CountingHasher {
    constructor(private readonly meanwhile: () => Promise<unknown>) {
      super();
      const { verify } = this;
      this.verify = async (stored, password) => {
        const fits = await verify(stored, password);
        await this.meanwhile();
        return fits;
      };
    }
  }

  it.each([
    ['the password is changed', `UPDATE credential SET secret = 'hashed:x', changed_at = clock_timestamp() + interval '1 second'`],
    ['the account is disabled', 'UPDATE account SET enabled = false'],
    ['the account is locked', 'UPDATE account SET locked_at = now()'],
    ['the account is deleted', 'DELETE FROM account'],
  ])('%s: the attempt MUST fail', async (_case, sql) => {
    await givenAccount(db.owner);
    const { attempt } = service(new Interrupted(() => db.owner.query(sql)));
    expect(await attempt('alice', 'correct horse')).toEqual({ outcome: 'wrong' });
  });

  it('the password is hashed anew by somebody else who signs in: both are right', async () => {
    await givenAccount(db.owner, { secret: 'old:correct horse' });
    const { attempt } = service(new Interrupted(() => db.owner.query(`UPDATE credential SET secret = 'hashed:correct horse'`)));
    expect((await attempt('alice', 'correct horse')).outcome).toBe('right');
  });
});

describe('CCR-3, UIX-6: who is not let in looks alike', () => {
  const cases: readonly [string, Parameters<typeof givenAccount>[1], string, string][] = [
    ['a wrong password', {}, 'alice', 'wrong horse'],
    ['an unknown user', {}, 'mallory', 'correct horse'],
    ['what nobody can be called', {}, 'a\u0000b', 'correct horse'],
    ['an empty identifier', {}, '', 'correct horse'],
    ['an empty password', {}, 'alice', ''],
    ['a password beyond the limit (CCR-5)', {}, 'alice', 'x'.repeat(257)],
    ['a disabled account with the right password', { enabled: false }, 'alice', 'correct horse'],
    ['a locked account with the right password', { locked: true }, 'alice', 'correct horse'],
    ['an account without a password', { secret: null }, 'alice', 'correct horse'],
  ];

  it.each(cases)('%s MUST be answered "wrong" after exactly one hash', async (_case, account, identifier, password) => {
    await givenAccount(db.owner, account);
    const { attempt, hasher } = service();
    expect(await attempt(identifier, password)).toEqual({ outcome: 'wrong' });
    expect(hasher.verified).toHaveLength(1);
    expect(hasher.hashes).toBe(0);
    expect(await rows('SELECT kind, attempts FROM sign_in_failure ORDER BY kind')).toEqual([
      { kind: 'account', attempts: 1 },
      { kind: 'source', attempts: 1 },
    ]);
  });

  it('the right password costs one hash as well', async () => {
    await givenAccount(db.owner);
    const { attempt, hasher } = service();
    expect((await attempt('alice', 'correct horse')).outcome).toBe('right');
    expect(hasher.verified).toHaveLength(1);
  });

  it('an unknown user is blocked like a known one, at the same attempt and for as long', async () => {
    await givenAccount(db.owner);
    const { attempt } = service();
    const outcomes = async (identifier: string) => {
      const seen = [];
      for (let n = 0; n <= ACCOUNT_ATTEMPT_LIMITS.threshold; n += 1) seen.push(await attempt(identifier, 'wrong horse'));
      return seen;
    };
    const known = await outcomes('alice');
    expect(await outcomes('mallory')).toEqual(known);
    expect(known.slice(0, -1).every((one) => one.outcome === 'wrong')).toBe(true);
    expect(known.at(-1)).toEqual({ outcome: 'too-many', waitSeconds: 60 });
  });
});

describe('CCR-4, ASVS 6.3.1: attempts are counted before they are hashed', () => {
  const { threshold } = ACCOUNT_ATTEMPT_LIMITS;
  const parallel = 40;

  it('MUST evaluate at most the threshold of 40 wrong guesses at once over two replicas, in each of 25 rounds', async () => {
    const hasher = new CountingHasher();
    const replicas = [service(hasher, 10), service(hasher, 10)];
    for (let round = 0; round < 25; round += 1) {
      const username = `user-${round}`;
      await givenAccount(db.owner, { username });
      hasher.verified.length = 0;
      const outcomes = await Promise.all(
        Array.from({ length: parallel }, (_, n) => replicas[n % 2]?.attempt(username, `guess ${n}`, { sourceAddress: `198.51.100.${n}` })),
      );
      expect(outcomes.filter((one) => one?.outcome === 'wrong')).toHaveLength(threshold);
      expect(outcomes.filter((one) => one?.outcome === 'too-many')).toHaveLength(parallel - threshold);
      expect(hasher.verified).toHaveLength(threshold);
    }
  }, 60_000);

  it('MUST evaluate at most the threshold from one source over many accounts', async () => {
    const { attempt, hasher } = service(new CountingHasher(), 10);
    const outcomes = await Promise.all(Array.from({ length: 140 }, (_, n) => attempt(`user-${n}`, 'guess')));
    expect(outcomes.filter((one) => one.outcome === 'wrong')).toHaveLength(SOURCE_ATTEMPT_LIMITS.threshold);
    expect(hasher.verified).toHaveLength(SOURCE_ATTEMPT_LIMITS.threshold);
    // A blocked source counts for no account: else it could block every account there is.
    expect(await rows(`SELECT count(*)::integer AS n FROM sign_in_failure WHERE kind = 'account'`)).toEqual([
      { n: SOURCE_ATTEMPT_LIMITS.threshold },
    ]);
  });

  it('the user name and the email address of an account have one counter', async () => {
    await givenAccount(db.owner, { email: 'alice@example.com' });
    const { attempt } = service();
    for (let n = 0; n < threshold; n += 1) await attempt(n % 2 === 0 ? 'alice' : 'alice@example.com', 'wrong horse');
    expect((await attempt('alice', 'correct horse')).outcome).toBe('too-many');
    expect((await attempt('alice@example.com', 'correct horse')).outcome).toBe('too-many');
  });

  it('a right password forgets the failures of the account, and is taken back from the source', async () => {
    await givenAccount(db.owner);
    const { attempt } = service();
    for (let n = 1; n < threshold; n += 1) await attempt('alice', 'wrong horse');
    // The attempt that reaches the threshold is evaluated.
    expect((await attempt('alice', 'correct horse')).outcome).toBe('right');
    expect(await rows('SELECT kind, attempts, blocked_until FROM sign_in_failure')).toEqual([
      { kind: 'source', attempts: threshold - 1, blocked_until: null },
    ]);
  });

  it('after a block one attempt is evaluated, and the next block is twice as long', async () => {
    await givenAccount(db.owner);
    const { attempt } = service();
    for (let n = 0; n < threshold; n += 1) await attempt('alice', 'wrong horse');
    const blocked: unknown[] = [];
    for (let n = 0; n < 6; n += 1) {
      blocked.push(await attempt('alice', 'correct horse'));
      await db.owner.query(`UPDATE sign_in_failure SET blocked_until = now() WHERE kind = 'account'`);
      expect((await attempt('alice', 'wrong horse')).outcome).toBe('wrong');
    }
    expect(blocked).toEqual([60, 120, 240, 480, 900, 900].map((waitSeconds) => ({ outcome: 'too-many', waitSeconds })));
  });

  it('a window without attempts forgets them', async () => {
    await givenAccount(db.owner);
    const { attempt } = service();
    for (let n = 0; n < threshold; n += 1) await attempt('alice', 'wrong horse');
    await db.owner.query('UPDATE sign_in_failure SET window_ends = now(), blocked_until = now()');
    for (let n = 0; n < threshold; n += 1) expect((await attempt('alice', 'wrong horse')).outcome).toBe('wrong');
    expect((await attempt('alice', 'wrong horse')).outcome).toBe('too-many');
  });

  it('the statement counts as the policy says, over 200 attempts with pauses of every length', async () => {
    const { attempt } = service();
    let state: AttemptState | null = null;
    let nowMs = 0;
    // Pauses are never near an end of a window or a block, so that the milliseconds a statement takes decide nothing.
    const pauses = [0, 0, 0, 7, 31, 67, 127, 247, 487, 907, 1_807, 3_007];
    for (let n = 0; n < 200; n += 1) {
      const pause = pauses[(n * n * 7 + n * 13) % (n % 3 === 0 ? pauses.length : 5)] ?? 0;
      nowMs += pause * 1_000;
      await db.owner.query(
        `UPDATE sign_in_failure SET window_ends = window_ends - make_interval(secs => $1), blocked_until = blocked_until - make_interval(secs => $1)`,
        [pause],
      );
      const next = nextAttemptState(state, ACCOUNT_ATTEMPT_LIMITS, nowMs);
      const outcome = await attempt('mallory', 'guess', { sourceAddress: `198.51.100.${n}` });
      expect([n, outcome.outcome]).toEqual([n, next === null ? 'too-many' : 'wrong']);
      state = next ?? state;
      const [row] = await rows(`SELECT attempts, round(extract(epoch FROM window_ends - now()))::integer AS window,
                                       round(extract(epoch FROM greatest(blocked_until, now()) - now()))::integer AS blocked
                                  FROM sign_in_failure WHERE kind = 'account'`);
      const seconds = (until: number | null | undefined) => Math.round(Math.max(0, (until ?? nowMs) - nowMs) / 1_000);
      expect(row?.['attempts']).toBe(state?.attempts);
      expect(Math.abs(Number(row?.['window']) - seconds(state?.windowEnds))).toBeLessThanOrEqual(3);
      expect(Math.abs(Number(row?.['blocked']) - seconds(state?.blockedUntil))).toBeLessThanOrEqual(3);
    }
    expect(state?.attempts).toBeGreaterThan(0);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 1],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', 2],
    ['::ffff:203.0.113.7', '203.0.113.7', 1],
    ['203.0.113.7', '203.0.113.8', 2],
  ])('counts %s and %s as %d source(s)', async (one, other, count) => {
    const { attempt } = service();
    await attempt('a', 'x', { sourceAddress: one });
    await attempt('a', 'x', { sourceAddress: other });
    expect(await rows(`SELECT kind FROM sign_in_failure WHERE kind = 'source'`)).toHaveLength(count);
  });

  it('SEC-4 audits when a block begins, by the id of the account', async () => {
    const id = await givenAccount(db.owner);
    const { attempt } = service();
    for (let n = 0; n < threshold + 3; n += 1) await attempt('alice', 'wrong horse');
    expect(await rows('SELECT action, subject, detail FROM authorization_audit_event')).toEqual([
      { action: 'account.blocked', subject: id, detail: { attempts: threshold } },
    ]);
  });

  it('stores neither the identifier nor the address', async () => {
    const { attempt } = service();
    await attempt('mallory', 'guess');
    expect(JSON.stringify(await rows('SELECT kind, encode(key_hash, \'escape\') AS key FROM sign_in_failure'))).not.toMatch(/mallory|203\.0/);
  });
});

describe('Ours (decision 8): a sealed password is opened once, for its request and purpose', () => {
  it('MUST be refused the second time, and then neither counted nor hashed', async () => {
    await givenAccount(db.owner);
    const { signIn, key, hasher } = service();
    const requestId = newRequestId();
    const sealedPassword = await key.seal('correct horse', requestId, 'sign-in');
    const attempt = { identifier: 'alice', sealedPassword, requestId, purpose: 'sign-in' as const, sourceAddress: SOURCE };
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => signIn.attempt(attempt)));
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toEqual([{ status: 'fulfilled', value: expect.objectContaining({ outcome: 'right' }) }]);
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(new Set(refused.map((one) => one.reason))).toEqual(new Set(['account.sealed_secret']));
    expect(hasher.verified).toHaveLength(1);
  });

  it.each([
    ['of another request', { rid: 'another-request' }],
    ['for another purpose', { purpose: 'password-grant' }],
    ['for setting a password of somebody', { account: 'alice' }],
    ['past its end', { exp: 1_700_000_000 }],
    ['that would be good for longer than its opening is remembered', { exp: Math.floor(Date.now() / 1000) + 600 }],
    ['without a secret', { secret: undefined }],
  ])('MUST refuse a value %s', async (_case, overrides) => {
    await givenAccount(db.owner);
    const { signIn, key, hasher } = service();
    const requestId = newRequestId();
    const sealedPassword = await key.seal('correct horse', requestId, 'sign-in', overrides);
    await expect(
      signIn.attempt({ identifier: 'alice', sealedPassword, requestId, purpose: 'sign-in', sourceAddress: SOURCE }),
    ).rejects.toMatchObject({ reason: 'account.sealed_secret', code: 'invalid_request' });
    expect(hasher.verified).toEqual([]);
  });

  it.each(['', 'correct horse', 'e30.a.b.c.d'])('MUST refuse %j in clear or malformed', async (sealedPassword) => {
    const { signIn } = service();
    await expect(
      signIn.attempt({ identifier: 'alice', sealedPassword, requestId: newRequestId(), purpose: 'sign-in', sourceAddress: SOURCE }),
    ).rejects.toMatchObject({ reason: 'account.sealed_secret' });
  });
});

describe('I12: what is past is removed', () => {
  it('counters after their window and openings after their end, and nothing else', async () => {
    const { attempt, queries } = service();
    await attempt('old', 'x', { sourceAddress: '198.51.100.1' });
    await db.owner.query(`UPDATE sign_in_failure SET window_ends = now() - interval '2 minutes'`);
    await db.owner.query(`UPDATE opened_secret SET expires_at = now() - interval '6 minutes'`);
    await attempt('new', 'x', { sourceAddress: '198.51.100.2' });
    expect(await queries.run('remove-past-sign-in-failures', [1_000])).toHaveLength(2);
    expect(await queries.run('remove-opened-secrets', [1_000])).toHaveLength(1);
    expect([await rows('SELECT kind FROM sign_in_failure ORDER BY kind'), await rows('SELECT purpose FROM opened_secret')]).toEqual([
      [{ kind: 'account' }, { kind: 'source' }],
      [{ purpose: 'sign-in' }],
    ]);
  });
});
