import { PUSHED_REQUEST_URI_PREFIX, requestUriHash } from '@tessera/protocol/authorization-request';
import { webClient } from '@tessera/protocol/client/testing';
import { authorizationRequest } from '@tessera/protocol/interaction/testing';
import { OAuthError } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount, newRequestId } from '../accounts/testing.js';
import { newHandle } from '../session/index.js';
import { edge, firstParty, redemption, responseOf, SignInSystem, type TestBrowser } from './testing.js';

const ROUNDS = 25;
const AT_ONCE = 40;
const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

let pools: readonly ReturnType<typeof db.pool>[] = [];
beforeAll(() => {
  pools = Array.from({ length: 4 }, () => db.pool('tessera_authorization', 10));
});

const count = async (sql: string): Promise<number> => Number((await db.owner.query<{ n: number }>(sql)).rows[0]?.n);
/** Four replicas, one client, Alice. */
async function replicas(client = firstParty()) {
  const systems = pools.map((pool) => new SignInSystem(pool, db.owner));
  for (const system of systems) await system.register(client);
  await givenAccount(db.owner);
  const [first] = systems;
  if (first === undefined) throw new Error('no replica');
  return { systems, first, browser: first.browser() };
}
/** Does it 40 times at once, on all replicas in turn. What is refused says its reason; nothing else may be thrown. */
async function atOnce<Result>(systems: readonly SignInSystem[], work: (system: SignInSystem, n: number) => Promise<Result>): Promise<(Result | string)[]> {
  return await Promise.all(
    Array.from({ length: AT_ONCE }, (_, n) => {
      const system = systems[n % systems.length];
      if (system === undefined) throw new Error('no replica');
      return work(system, n).catch((error: unknown) => {
        if (error instanceof OAuthError) return error.reason;
        throw error;
      });
    }),
  );
}
const tally = (outcomes: readonly string[]) => Object.fromEntries([...new Set(outcomes)].sort().map((one) => [one, outcomes.filter((other) => other === one).length]));
/** The same browser at another replica. */
function at(system: SignInSystem, browser: TestBrowser): TestBrowser {
  const same = system.browser();
  Object.assign(same, { session: browser.session, cookie: browser.cookie, interaction: browser.interaction });
  return same;
}
const kindOf = (reply: { kind: string; parameters?: [string, string][] } | string) =>
  typeof reply === 'string' ? reply : reply.kind === 'response' ? (reply.parameters?.[0]?.[0] ?? 'empty') : reply.kind;

describe(`I1 of ${AT_ONCE} at once exactly one, in each of ${ROUNDS} rounds`, () => {
  it('redeems a code; the others are replays, and the grant is dead (COD-1, COD-2)', async () => {
    const { systems, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      const { code } = await browser.through();
      const outcomes = await atOnce(systems, async (system) => (await system.parts.codes.redeem(redemption(code))).outcome);
      expect(tally(outcomes)).toEqual({ redeemed: 1, replayed: AT_ONCE - 1 });
    }
    expect(await count('SELECT count(*)::int AS n FROM live_grant')).toBe(0);
  }, 60_000);

  it('redeems a code for one redemption that is asked again and again: all get the same', async () => {
    const { systems, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      const request = redemption((await browser.through())['code']);
      const answers = await atOnce(systems, async (system) => JSON.stringify(await system.parts.codes.redeem(request)));
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('redeemed');
    }
  }, 60_000);

  it('of mismatches counts each, and the fifth ends the code (COD-7)', async () => {
    const { systems, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      const { code } = await browser.through();
      const outcomes = await atOnce(systems, async (system) => (await system.parts.codes.redeem(redemption(code, { codeChallenge: null }))).outcome);
      expect(tally(outcomes)).toEqual({ mismatch: 5, unknown: AT_ONCE - 5 });
    }
  }, 60_000);

  it('consent decision counts: allow and deny at once (I3)', async () => {
    const { systems, browser } = await replicas(webClient());
    let decided = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await browser.authorize({ prompt: 'consent' });
      if (round === 0) await browser.signIn();
      const replies = await atOnce(systems, (system, n) => at(system, browser).submit('consent', [['decision', n % 2 === 0 ? 'allow' : 'deny']]));
      const { code = 0, error = 0, ...losers } = tally(replies.map(kindOf));
      expect(code + error).toBe(1);
      expect(losers).toEqual({ 'interaction.ended': AT_ONCE - 1 });
      decided += code;
    }
    expect(await count('SELECT count(*)::int AS n FROM authorization_grant')).toBe(decided);
    expect(await count('SELECT count(*)::int AS n FROM authorization_code')).toBe(decided);
  }, 60_000);

  it('answer to whether to sign out counts, and the session ends with that or stays (I3)', async () => {
    const { systems, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      await browser.through();
      await browser.signOut();
      const replies = await atOnce(systems, (system, n) => at(system, browser).submit('confirm-logout', [['decision', n % 2 === 0 ? 'sign-out' : 'stay']]));
      const { account = 0, 'signed-out': signedOut = 0, ...losers } = tally(replies.map(kindOf));
      expect(account + signedOut).toBe(1);
      expect(Object.keys(losers).filter((reason) => !['interaction.ended', 'interaction.aborted'].includes(reason))).toEqual([]);
      expect(await count('SELECT count(*)::int AS n FROM session WHERE ended_at IS NULL')).toBe(account);
      if (account === 0) browser.session = null;
    }
  }, 60_000);

  it('authorization comes of a request_uri, from many interactions and silent requests (PAR-3)', async () => {
    const { systems, first, browser } = await replicas();
    await browser.through();
    const before = await count('SELECT count(*)::int AS n FROM authorization_grant');
    for (let round = 0; round < ROUNDS; round++) {
      const requestUri = `${PUSHED_REQUEST_URI_PREFIX}${newHandle()}`;
      const request = authorizationRequest();
      await first.parts.pushedRequests.store(requestUriHash(requestUri), request.clientId, request, 90);
      const asked = edge({ client_id: request.clientId, request_uri: requestUri });
      const replies = await atOnce(systems, async (system) => {
        const same = at(system, browser);
        const reply = await same.keep(system.parts.endpoint.authorize(asked, same.facts));
        return reply.kind === 'continue' ? await same.show() : reply;
      });
      const { code, ...losers } = tally(replies.map(kindOf));
      expect(code).toBe(1);
      expect(Object.keys(losers).filter((reason) => !['interaction.request_uri_used', 'authorization_request.request_uri_unknown'].includes(reason))).toEqual([]);
    }
    expect(await count('SELECT count(*)::int AS n FROM authorization_grant')).toBe(before + ROUNDS);
  }, 60_000);

  it('sign-in counts: one session, one code', async () => {
    const { systems, first, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      await db.owner.query('DELETE FROM sign_in_failure');
      browser.session = null;
      await browser.authorize();
      // The lockout lets no forty through at once; so many are as good a race.
      const requests = await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          const requestId = newRequestId();
          return { requestId, sealed: await first.key.seal('correct horse', requestId, 'sign-in') };
        }),
      );
      for (const system of systems) system.key.openingKeys = first.key.openingKeys;
      const replies = await atOnce(systems, (system, n) => {
        const { requestId = '', sealed = '' } = requests[n] ?? {};
        return at(system, browser).submit('password', [['identifier', 'alice'], ['sealed_password', sealed]], requestId);
      });
      expect(tally(replies.map(kindOf))['code']).toBe(1);
      expect(await count('SELECT count(*)::int AS n FROM session')).toBe(round + 1);
    }
    expect(await count('SELECT count(*)::int AS n FROM authorization_grant')).toBe(ROUNDS);
  }, 120_000);
});

describe(`REF-5, I5 against logout and disable: nothing usable afterwards, in each of ${ROUNDS} rounds`, () => {
  it('logout while codes are made and redeemed', async () => {
    const { systems, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      const { code } = await browser.through();
      const session = browser.session;
      await atOnce(systems, async (system, n): Promise<unknown> => {
        const same = at(system, browser);
        if (n === 20) return await system.parts.desk.show((await ask(same)).interaction, same.facts).then(() => same.submit('confirm-logout', [['decision', 'sign-out']]));
        if (n % 2 === 0) return await same.authorize();
        return await system.parts.codes.redeem(redemption(code));
      });
      browser.session = session;
      expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
      expect(await count('SELECT count(*)::int AS n FROM live_grant')).toBe(0);
      browser.session = null;
    }
  }, 60_000);

  it('access is ended, and consent withdrawn, while remembered consents are relied on (UIX-9)', async () => {
    const { systems, first, browser } = await replicas(webClient());
    for (let round = 0; round < ROUNDS; round++) {
      await browser.through({ scope: 'openid offline_access' });
      await atOnce(systems, async (system, n): Promise<unknown> => {
        const same = at(system, browser);
        if (n !== 20) return await same.authorize({ scope: 'openid offline_access' });
        return await system.parts.accountPage.answer({ browser: same.facts, change: { change: 'end-access', clientId: 's6BhdRkqt3' }, requestId: newRequestId() });
      });
      expect(await count('SELECT count(*)::int AS n FROM live_grant')).toBe(0);
      const reply = await first.parts.endpoint.authorize(edge({ client_id: 's6BhdRkqt3', response_type: 'code', redirect_uri: 'https://client.example.org/cb', scope: 'openid', prompt: 'none', code_challenge: redemption('').codeChallenge, code_challenge_method: 'S256' }), browser.facts);
      expect(reply).toMatchObject({ reason: 'interaction.consent_required' });
    }
  }, 60_000);

  it('the password is changed, and offline access ended, while codes are made in another session', async () => {
    const { systems, first, browser } = await replicas();
    for (let round = 0; round < ROUNDS; round++) {
      const own = first.browser();
      await own.through();
      await browser.through({ scope: 'openid offline_access' });
      await atOnce(systems, async (system, n): Promise<unknown> => {
        if (n !== 20) return await at(system, browser).authorize({ scope: 'openid offline_access' });
        const requestId = newRequestId();
        const [sealedCurrent, sealedNew] = await Promise.all([first.key.seal('correct horse', requestId, 'current-password'), first.key.seal('battery staple', requestId, 'new-password')]);
        const changed = await first.parts.accountPage.answer({ browser: own.facts, change: { change: 'change-password', sealedCurrent, sealedNew, endOffline: true }, requestId });
        expect(changed).toMatchObject({ done: 'change-password' });
        return changed;
      });
      expect(await count('SELECT count(*)::int AS n FROM live_grant WHERE offline')).toBe(0);
      expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
      browser.session = null;
      await db.owner.query(`UPDATE credential SET secret = 'hashed:correct horse'`);
    }
  }, 60_000);

  it('an account is disabled while codes are made and redeemed', async () => {
    const { systems, browser } = await replicas();
    await browser.through();
    for (let round = 0; round < ROUNDS; round++) {
      const codes: (string | undefined)[] = [];
      await atOnce(systems, async (system, n): Promise<unknown> => {
        if (n === 20) return await db.owner.query('UPDATE account SET enabled = false');
        const reply = await at(system, browser).authorize();
        if (reply.kind === 'response') codes.push(responseOf(reply)['code']);
        return n % 2 === 0 ? null : await system.parts.codes.redeem(redemption(codes.at(-1)));
      });
      const outcomes = await Promise.all(codes.map(async (code) => (await systems[0]?.parts.codes.redeem(redemption(code)))?.outcome));
      expect(outcomes.filter((outcome) => outcome === 'redeemed')).toEqual([]);
      expect(await count('SELECT count(*)::int AS n FROM live_grant')).toBe(0);
      await db.owner.query('UPDATE account SET enabled = true');
      await db.owner.query('DELETE FROM authorization_grant');
    }
  }, 60_000);
});

/** Asks to sign out; the page that confirms. */
async function ask(browser: TestBrowser): Promise<TestBrowser> {
  await browser.signOut();
  return browser;
}
