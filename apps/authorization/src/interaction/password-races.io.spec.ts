import { webClient } from '@tessera/protocol/client/testing';
import { type AccountId, authorityOver } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { ACTOR } from '../testing.js';
import { administrationOn, givenAccount, givenSession, newRequestId, TransportKey } from '../accounts/testing.js';
import { SqlGrants } from '../grant/index.js';
import { SqlSessions } from '../session/index.js';
import { firstParty, LIFETIMES, SignInSystem } from './testing.js';

const ROUNDS = 25;
const AT_ONCE = 40;
const db = useDatabase();

let pools: readonly ReturnType<typeof db.pool>[] = [];
beforeAll(() => {
  pools = Array.from({ length: 4 }, () => db.pool('tessera_authorization', 10));
});

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const count = async (sql: string, params: unknown[] = []): Promise<number> => Number((await db.owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, params)).rows[0]?.n);
async function ready(client = firstParty()) {
  const system = new SignInSystem(pools[0] ?? db.owner, db.owner);
  await system.register(client);
  const alice = await givenAccount(db.owner);
  return { system, alice };
}

/** Lets a change wait for its commit until a statement of the service waits for the change. */
async function overtakenBy<Result>(change: string, work: () => Promise<Result>): Promise<Result> {
  const other = await db.owner.connect();
  try {
    await other.query('BEGIN');
    await other.query(change);
    let over = false;
    const pending = work().finally(() => (over = true));
    while (!over && (await count(`pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)) === 0);
    expect(over).toBe(false);
    await other.query('COMMIT');
    return await pending;
  } finally {
    await other.query('ROLLBACK');
    other.release();
  }
}

/** One password, right when it was looked at, that goes on to something. */
const WAYS: readonly (readonly [string, (one: Awaited<ReturnType<typeof ready>>) => Promise<() => Promise<unknown>>, unknown])[] = [
  ['a session with a code', async ({ system }) => signingIn(system, {}), { kind: 'continue', session: { change: 'keep' } }],
  ['a session with more pages', async ({ system }) => signingIn(system, { prompt: 'consent' }), { kind: 'continue', session: { change: 'keep' } }],
  [
    'a session for the account page',
    async ({ system }) => {
      const browser = system.browser();
      const reply = await system.parts.accountPage.answer({ browser: browser.facts, change: null, requestId: newRequestId() });
      if (reply.kind === 'continue') Object.assign(browser, { interaction: reply.interaction, cookie: reply.browser });
      return () => browser.signIn();
    },
    { kind: 'continue', session: { change: 'keep' } },
  ],
  [
    'a grant at the token endpoint',
    async ({ system }) => {
      const requestId = newRequestId();
      const sealedPassword = await system.key.seal('correct horse', requestId, 'password-grant');
      const { clientId } = webClient();
      const verification = { clientId, username: 'alice', sealedPassword, requestId, authority: authorityOver(['openid'], []), offline: true, confirmation: null, sourceAddress: '203.0.113.7' };
      return () => system.parts.verifying.verify(verification);
    },
    { outcome: 'refused' },
  ],
];

async function signingIn(system: SignInSystem, parameters: Record<string, string>): Promise<() => Promise<unknown>> {
  const browser = system.browser();
  await browser.authorize(parameters);
  return () => browser.signIn();
}

describe.each(WAYS)('GEN-6 a password that was right MUST NOT become %s', (_way, begin, nothing) => {
  it.each([
    ['it is changed (ASVS 7.4.3)', `UPDATE credential SET secret = 'hashed:battery staple', changed_at = clock_timestamp()`],
    ['it is taken away', 'DELETE FROM credential'],
    ['the account is disabled', 'UPDATE account SET enabled = false'],
    ['the account is locked', 'UPDATE account SET locked_at = now()'],
  ])('when %s before that is committed', async (_case, change) => {
    const one = await ready();
    const work = await begin(one);
    expect(await overtakenBy(change, work)).toMatchObject(nothing as object);
    expect(await count('session')).toBe(0);
    expect(await count('authorization_grant')).toBe(0);
    expect(await count('authorization_code')).toBe(0);
  });

  it('but may when nothing but its stored form changes (SEC-1)', async () => {
    const one = await ready();
    const work = await begin(one);
    await overtakenBy(`UPDATE credential SET secret = 'hashed:again'`, work);
    expect((await count('session')) + (await count('authorization_grant'))).toBeGreaterThan(0);
  });
});

describe(`I5 what rests on a password ends with it: ${AT_ONCE} at once, in each of ${ROUNDS} rounds`, () => {
  const ENDINGS: readonly (readonly [string, (alice: AccountId, own: string) => Promise<unknown>])[] = [
    [
      'the person changes it',
      async (alice, own) => {
        const requestId = newRequestId();
        const key = new TransportKey();
        const [sealedCurrent, sealedNew] = await Promise.all([key.seal('correct horse', requestId, 'current-password'), key.seal('battery staple', requestId, 'new-password')]);
        const { passwordChange } = administrationOn(pools[0] ?? db.owner, undefined, key);
        return await passwordChange.change({ accountId: alice, sealedCurrent, sealedNew, requestId, sourceAddress: '203.0.113.7', keepSession: own, endOffline: true });
      },
    ],
    [
      'an operator sets it',
      async (alice) => {
        const { users, sealFor } = administrationOn(pools[1] ?? db.owner);
        return (await users.setPassword({ actor: ACTOR, accountId: alice, password: await sealFor(alice) })).outcome;
      },
    ],
    [
      'an operator disables the account',
      async (alice) => {
        const { users } = administrationOn(pools[2] ?? db.owner);
        return (await users.changeState({ actor: ACTOR, user: alice, state: 'disabled' })).outcome;
      },
    ],
  ];

  it.each(ENDINGS)('%s', async (_case, end) => {
    const { alice } = await ready(webClient());
    const { clientId } = webClient();
    for (let round = 0; round < ROUNDS; round++) {
      const own = await givenSession(db.owner, alice);
      const proven = await db.owner.query<{ at: string }>(`SELECT to_json(changed_at)#>>'{}' AS at FROM credential`);
      const passwordChangedAt = proven.rows[0]?.at ?? '';
      const { rows } = await db.owner.query<{ id: string }>(
        `INSERT INTO interaction (id, handle_hash, purpose, request, expires_at)
         SELECT gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'account', '{}', now() + interval '1 hour' FROM generate_series(1, ${AT_ONCE}) RETURNING id`,
      );
      await Promise.all(
        rows.map(async ({ id: interactionId }, n) => {
          const { queries } = new SignInSystem(pools[n % 4] ?? db.owner, db.owner);
          if (n === AT_ONCE / 4) return expect(['changed', 'set']).toContain(await end(alice, own));
          if (n % 2 === 0) {
            const browser = { session: null, browser: null, sourceAddress: '203.0.113.7', userAgent: '' };
            return await new SqlSessions(queries, LIFETIMES).signIn({ interactionId, accountId: alice, passwordChangedAt, clientId: null, provedBefore: null, pagesFollow: false, browser });
          }
          const grant = { clientId, accountId: alice, passwordChangedAt, subject: alice, authority: authorityOver(['openid'], []), offline: n % 4 === 1, confirmation: null };
          return await new SqlGrants(queries).record({ ...grant, requestId: newRequestId() });
        }),
      );
      expect(await count('session WHERE ended_at IS NULL AND id <> $1', [own])).toBe(0);
      expect(await count('authorization_grant WHERE revoked_at IS NULL')).toBe(0);
      await db.owner.query(`UPDATE credential SET secret = 'hashed:correct horse'`);
      await db.owner.query('UPDATE account SET enabled = true');
      await db.owner.query('TRUNCATE sign_in_failure');
    }
  }, 60_000);
});
