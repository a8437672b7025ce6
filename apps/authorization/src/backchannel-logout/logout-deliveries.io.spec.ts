import { createPublicKey, randomUUID } from 'node:crypto';
import { loadStatements, Queries } from '@tessera/database';
import { type ClaimedDelivery, DeliveryDesk, deskKind } from '@tessera/protocol/delivery';
import { Outage, systemClock } from '@tessera/vocabulary';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import type pg from 'pg';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount, givenSession } from '../accounts/testing.js';
import { SIGNING_KEY } from '../testing.js';
import { logoutDeliveries } from './logout-deliveries.js';
import { givenClient, givenSessionGrant, LOGOUT_URL } from './testing.js';

const db = useDatabase();
const ISSUER = 'https://as.example.com';
const KIND = 'backchannel-logout';

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, authorization_audit_event, logout_delivery CASCADE');
});

let pools: readonly pg.Pool[];
beforeAll(() => {
  pools = [0, 1, 2].map(() => db.pool('tessera_authorization'));
});

/** The desk of a replica of this service over a real database; the lease may end. */
function desk(replica = 0) {
  const lease = { valid: true, signingKey: () => SIGNING_KEY };
  const pool = pools[replica];
  if (pool === undefined) throw new RangeError(`there is no replica ${replica}`);
  const queries = new Queries(pool, loadStatements('authorization'));
  const made = new DeliveryDesk({ [KIND]: deskKind(logoutDeliveries({ issuer: ISSUER, queries, lease, clock: systemClock })) });
  return { desk: made, lease, queries };
}

/** A delivery to this client that is due. */
async function delivery(clientId = 'app', registration: object = { backchannelLogoutUri: LOGOUT_URL }) {
  await givenClient(db.owner, clientId, registration);
  const accountId = await givenAccount(db.owner, { username: `u-${randomUUID()}` });
  const sessionId = await givenSession(db.owner, accountId);
  await givenSessionGrant(db.owner, clientId, sessionId, { subject: 'usr_x' });
  await db.owner.query(`UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id = $1`, [sessionId]);
  const { rows } = await db.owner.query<{ id: string }>('SELECT id FROM logout_delivery WHERE sid = $1', [`sid-${sessionId}`]);
  return { row: rows[0]?.id ?? '', sid: `sid-${sessionId}` };
}

/** The request a claim yielded. */
function posted(claimed: ClaimedDelivery) {
  if (claimed?.message.transport !== 'http') throw new Error('nothing to POST');
  return claimed.message;
}

const claimOf = (row: string, attempt = 1, claimId = randomUUID()) => ({ kind: KIND, row, attempt, claimId });
const columns = async (row: string) => (await db.owner.query('SELECT * FROM logout_delivery WHERE id = $1', [row])).rows[0];
const leaseOver = (row: string) => db.owner.query(`UPDATE logout_delivery SET leased_until = now() - interval '1 second', next_at = now() - interval '1 second' WHERE id = $1`, [row]);
const due = async (from = desk().desk) => (await from.due({ kinds: [KIND], measure: false })).due;
const audited = async () => (await db.owner.query(`SELECT action, detail FROM authorization_audit_event WHERE action LIKE 'logout%'`)).rows;

describe('Back-Channel Logout §2.4, §2.5 a claimed delivery', () => {
  it('is the finished message: a signed logout token to the address that is registered now', async () => {
    const { row, sid } = await delivery();
    const claimed = await desk().desk.claim(claimOf(row));
    const { url, headers, body } = posted(claimed);
    expect([url, headers]).toEqual([LOGOUT_URL, { 'content-type': 'application/x-www-form-urlencoded' }]);
    const token = new URLSearchParams(body).get('logout_token') ?? '';
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'logout+jwt', kid: SIGNING_KEY.kid });
    await compactVerify(token, createPublicKey(SIGNING_KEY.privateKey));
    expect(decodeJwt(token)).toMatchObject({ iss: ISSUER, aud: 'app', sub: 'usr_x', sid, jti: row });
  });

  it('is made anew at each attempt, with the same jti', async () => {
    const { row } = await delivery();
    const one = desk().desk;
    const jti = async (attempt: number) => {
      const { body } = posted(await one.claim(claimOf(row, attempt)));
      await leaseOver(row);
      return decodeJwt(new URLSearchParams(body).get('logout_token') ?? '').jti;
    };
    expect([await jti(1), await jti(2)]).toEqual([row, row]);
  });

  it('goes to another address when that was registered since, and is given up when there is none any more', async () => {
    const { row } = await delivery();
    await givenClient(db.owner, 'app', { backchannelLogoutUri: 'https://new.example.org/out' });
    expect(posted(await desk().desk.claim(claimOf(row))).url).toBe('https://new.example.org/out');
    await leaseOver(row);
    await givenClient(db.owner, 'app', {});
    expect(await desk().desk.claim(claimOf(row, 2))).toBeNull();
    expect(await columns(row)).toMatchObject({ outcome: 'given-up', answer: 'no-receiver' });
  });

  it('waits for the key lease: without one nothing is claimed', async () => {
    const { row } = await delivery();
    const { desk: one, lease } = desk();
    lease.valid = false;
    await expect(one.claim(claimOf(row))).rejects.toBeInstanceOf(Outage);
    expect(await columns(row)).toMatchObject({ attempts: 0, leased_until: null });
  });

  it('goes with its client', async () => {
    const { row } = await delivery();
    await db.owner.query('DELETE FROM client');
    expect(await desk().desk.claim(claimOf(row))).toBeNull();
  });
});

describe('Ours (decision 6): claims', () => {
  it.each(Array.from({ length: 10 }, (_, round) => [round]))('of thirty workers at once one has it (round %i)', async () => {
    const { row } = await delivery();
    const workers = [0, 1, 2].map((replica) => desk(replica).desk);
    const all = await Promise.all(Array.from({ length: 30 }, (_, n) => workers[n % 3]?.claim(claimOf(row))));
    expect(all.filter((one) => one !== null)).toHaveLength(1);
    expect(await columns(row)).toMatchObject({ attempts: 1, settled_at: null });
  });

  it('the same claim again is given the same delivery: its answer was lost', async () => {
    const { row } = await delivery();
    const claim = claimOf(row);
    const [first, second] = [await desk().desk.claim(claim), await desk().desk.claim(claim)];
    expect([posted(first).url, posted(second).url]).toEqual([LOGOUT_URL, LOGOUT_URL]);
    expect((await columns(row)).attempts).toBe(1);
    expect(await desk().desk.claim(claimOf(row))).toBeNull();
  });

  it('F06 who died with it loses it: after the lease the next attempt is due, and the one before is nobody’s', async () => {
    const { row } = await delivery();
    const dead = claimOf(row);
    await desk().desk.claim(dead);
    expect(await due()).toEqual([]);
    await leaseOver(row);
    expect(await due()).toEqual([{ kind: KIND, row, attempt: 2, lane: 'app' }]);
    expect(await desk().desk.claim(dead)).toBeNull();
    expect(await desk().desk.claim(claimOf(row, 1))).toBeNull();
    expect(await desk().desk.claim(claimOf(row, 3))).toBeNull();
    expect(await desk().desk.claim(claimOf(row, 2))).not.toBeNull();
  });

  it('what expired is nobody’s, and its record is closed', async () => {
    const { row } = await delivery();
    await db.owner.query(`UPDATE logout_delivery SET expires_at = now() - interval '1 second'`);
    expect(await due()).toEqual([]);
    expect(await desk().desk.claim(claimOf(row))).toBeNull();
    await desk().queries.run('give-up-expired-logout-deliveries', [100]);
    expect(await columns(row)).toMatchObject({ outcome: 'given-up', answer: 'expired' });
    expect(await audited()).toMatchObject([{ action: 'logout-delivery.given-up', detail: { clientId: 'app', attempts: 0 } }]);
    expect(await desk().queries.run('give-up-expired-logout-deliveries', [100])).toEqual([]);
  });

  it('GEN-9 is forgotten a week after it was over', async () => {
    const { row } = await delivery();
    await db.owner.query(`UPDATE logout_delivery SET outcome = 'delivered', settled_at = now() - interval '167 hours'`);
    await desk().queries.run('remove-settled-logout-deliveries', [100]);
    expect(await columns(row)).toBeDefined();
    await db.owner.query(`UPDATE logout_delivery SET settled_at = now() - interval '169 hours'`);
    await desk().queries.run('remove-settled-logout-deliveries', [100]);
    expect(await columns(row)).toBeUndefined();
  });
});

describe('Ours (decision 6): settlements', () => {
  const settle = (claim: ReturnType<typeof claimOf>, outcome: 'delivered' | 'retry' | 'given-up', retryInSeconds = 0, answer = '503') =>
    desk().desk.settle({ ...claim, outcome, retryInSeconds, answer });
  async function claimed() {
    const { row } = await delivery();
    const claim = claimOf(row);
    await desk().desk.claim(claim);
    return { row, claim };
  }

  it('delivered: it is over, and audited with it (SEC-4)', async () => {
    const { row, claim } = await claimed();
    expect(await settle(claim, 'delivered', 0, '200')).toEqual({ outcome: 'delivered' });
    expect(await columns(row)).toMatchObject({ outcome: 'delivered', answer: '200', leased_until: null });
    expect(await settle(claim, 'delivered', 0, '200')).toEqual({ outcome: 'void' });
    expect(await settle(claim, 'given-up')).toEqual({ outcome: 'void' });
    expect(await audited()).toMatchObject([{ action: 'logout-delivery.delivered', detail: { clientId: 'app', attempts: 1, answer: '200' } }]);
    expect(await due()).toEqual([]);
  });

  it('retry: due then and not before, as the next attempt', async () => {
    const { row, claim } = await claimed();
    expect(await settle(claim, 'retry', 60)).toEqual({ outcome: 'retry' });
    expect(await due()).toEqual([]);
    expect(await desk().desk.claim(claimOf(row, 2))).toBeNull();
    await leaseOver(row);
    expect(await due()).toMatchObject([{ attempt: 2 }]);
    expect(await audited()).toEqual([]);
  });

  it('retry beyond its expiry: given up', async () => {
    const { row, claim } = await claimed();
    await db.owner.query(`UPDATE logout_delivery SET expires_at = now() + interval '10 seconds'`);
    expect(await settle(claim, 'retry', 11)).toEqual({ outcome: 'given-up' });
    expect(await columns(row)).toMatchObject({ outcome: 'given-up', answer: '503' });
  });

  it('F06 a process that was taken for dead cannot undo what the next one does; but what it delivered is delivered', async () => {
    const { row, claim: zombie } = await claimed();
    await leaseOver(row);
    const next = claimOf(row, 2);
    await desk().desk.claim(next);
    expect(await settle(zombie, 'given-up')).toEqual({ outcome: 'void' });
    expect(await settle(zombie, 'retry', 3_600)).toEqual({ outcome: 'void' });
    expect(await columns(row)).toMatchObject({ claim_id: next.claimId, attempts: 2 });
    expect(await settle(zombie, 'delivered', 0, '200')).toEqual({ outcome: 'delivered' });
    expect(await settle(next, 'retry', 1)).toEqual({ outcome: 'void' });
    expect(await columns(row)).toMatchObject({ outcome: 'delivered' });
  });

  it('the end of a lost settlement: due again when the lease ends, and the receiver may see the jti twice', async () => {
    const { row } = await claimed();
    await leaseOver(row);
    expect(await due()).toEqual([{ kind: KIND, row, attempt: 2, lane: 'app' }]);
  });

  it.each(Array.from({ length: 5 }, (_, round) => [round]))('of settlements that contradict each other one counts (round %i)', async () => {
    const { row, claim } = await claimed();
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => settle(claim, n % 2 === 0 ? 'delivered' : 'given-up')));
    expect(outcomes.filter(({ outcome }) => outcome !== 'void')).toHaveLength(1);
    expect((await columns(row)).settled_at).not.toBeNull();
    expect(await audited()).toHaveLength(1);
    await db.owner.query('DELETE FROM authorization_audit_event');
  });
});

describe('F15 what is due', () => {
  it('of a client that owes much a part is named, so that nobody is hidden; lanes in turn, the oldest first', async () => {
    for (let n = 0; n < 20; n += 1) await delivery('flooded');
    const quick = await delivery('quick');
    await db.owner.query(`UPDATE logout_delivery SET next_at = now() - interval '1 hour' WHERE client_id = 'flooded'`);
    const all = await due();
    expect(all).toHaveLength(17);
    expect(all.slice(0, 2).map((one) => one.lane).sort()).toEqual(['flooded', 'quick']);
    expect(all.find((one) => one.lane === 'quick')?.row).toBe(quick.row);
  });

  it('is measured: how many, and how long the oldest has waited', async () => {
    expect((await desk().desk.due({ kinds: [KIND], measure: true })).backlog).toEqual([{ kind: KIND, waiting: 0, oldestSeconds: 0 }]);
    const { row } = await delivery();
    await delivery();
    await db.owner.query(`UPDATE logout_delivery SET created_at = now() - interval '90 seconds' WHERE id = $1`, [row]);
    const { backlog } = await desk().desk.due({ kinds: [KIND], measure: true });
    expect(backlog[0]?.waiting).toBe(2);
    expect(backlog[0]?.oldestSeconds).toBeCloseTo(90, 0);
  });
});

describe('Ours: the record of deliveries', () => {
  const list = (filter: object = {}) => desk().desk.list({ kind: KIND, lane: null, state: null, before: null, limit: 100, ...filter });

  it('tells of each where it stands', async () => {
    const [waiting, sending, done] = [await delivery('a'), await delivery('b'), await delivery('c')];
    await desk().desk.claim(claimOf(sending.row));
    const claim = claimOf(done.row);
    await desk().desk.claim(claim);
    await desk().desk.settle({ ...claim, outcome: 'delivered', retryInSeconds: 0, answer: '204' });
    expect(await list()).toEqual([
      { kind: KIND, row: done.row, lane: 'c', state: 'delivered', attempts: 1, answer: '204', createdAt: expect.any(String), nextAt: null, settledAt: expect.any(String) },
      { kind: KIND, row: sending.row, lane: 'b', state: 'sending', attempts: 1, answer: null, createdAt: expect.any(String), nextAt: expect.any(String), settledAt: null },
      { kind: KIND, row: waiting.row, lane: 'a', state: 'due', attempts: 0, answer: null, createdAt: expect.any(String), nextAt: expect.any(String), settledAt: null },
    ]);
    expect((await list({ lane: 'a' })).map((one) => one.row)).toEqual([waiting.row]);
    expect((await list({ state: 'delivered' })).map((one) => one.row)).toEqual([done.row]);
  });

  it('comes in pages, each record once', async () => {
    for (let n = 0; n < 5; n += 1) await delivery();
    const first = await list({ limit: 3 });
    const rest = await list({ limit: 3, before: first.at(-1)?.row });
    expect(new Set([...first, ...rest].map((one) => one.row)).size).toBe(5);
    expect([first.length, rest.length]).toEqual([3, 2]);
  });
});
