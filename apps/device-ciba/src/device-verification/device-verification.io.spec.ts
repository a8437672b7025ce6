import { createHash } from 'node:crypto';
import type { AccountId } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { DeviceFlow, TELEVISION } from '../device-authorization/testing.js';

const db = useDatabase();
let flow: DeviceFlow;
beforeAll(() => (flow = new DeviceFlow(db.pool('tessera_device_ciba'), db.owner)));
beforeEach(() => flow.clear());

const browser = (name: string) => createHash('sha256').update(name).digest('base64url');
const ALICE = `usr_${'A'.repeat(22)}` as AccountId;

interface From {
  readonly browser?: string | null;
  readonly source?: string;
  readonly account?: AccountId | null;
}

const guess = async (userCode: string | null, { browser: name = 'one', source = '203.0.113.7', account = null }: From = {}) =>
  await flow.verification.find({ userCode, browserHash: name === null ? null : browser(name), sourceAddress: source, accountId: account });
const outcome = async (userCode: string | null, from?: From) => (await guess(userCode, from)).outcome;

/** Wrong codes one after another; what they were answered. */
async function wrong(count: number, from: (attempt: number) => From = () => ({})): Promise<string[]> {
  const found: string[] = [];
  for (let attempt = 0; attempt < count; attempt += 1) found.push(await outcome('ZZZZZZZZ', from(attempt)));
  return found;
}

describe('RFC 8628 §3.3 the request a user code names', () => {
  it('is all a person has to see before they decide (DEV-5)', async () => {
    const { id, userCode } = await flow.start();
    const found = await guess(userCode);
    expect(found).toMatchObject({ outcome: 'found', device: { id, clientId: TELEVISION, userCode, state: 'pending', sourceAddress: '203.0.113.7', confirmation: null } });
    if (found.outcome !== 'found') throw new Error('not found');
    const { createdAt, expiresAt, now } = found.device;
    expect([Math.round(expiresAt - createdAt), Math.round(now - createdAt)]).toEqual([600, 0]);
    expect(await flow.verification.show(id)).toMatchObject({ id, state: 'pending' });
  });

  it('is unknown once it is decided or expired, like one that never was', async () => {
    const [decided, expired] = [await flow.start(), await flow.start()];
    await flow.decide(decided.id, 'deny', await flow.allow());
    await flow.pass(expired.id, 601);
    expect([await outcome(decided.userCode), await outcome(expired.userCode), await outcome('ZZZZZZZZ'), await outcome(null)]).toEqual(Array(4).fill('unknown'));
    expect(await flow.verification.show(expired.id)).toMatchObject({ state: 'expired' });
    expect(await flow.verification.show('6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f')).toBeNull();
  });
});

describe('RFC 8628 §5.1, DEV-2 wrong user codes', () => {
  it('five of one browser, and then not even the right one, with the seconds to wait', async () => {
    const { userCode } = await flow.start();
    expect(await wrong(6)).toEqual([...Array<string>(5).fill('unknown'), 'too_many']);
    const waiting = await guess(userCode);
    expect(waiting.outcome).toBe('too_many');
    expect(waiting).toMatchObject({ waitSeconds: expect.any(Number) });
    if (waiting.outcome === 'too_many') expect(waiting.waitSeconds).toBeGreaterThan(590);
    expect(await outcome(userCode, { browser: 'two' })).toBe('found');
  });

  it('five of one account, whatever browser', async () => {
    const { userCode } = await flow.start();
    await wrong(5, (n) => ({ browser: `b${n}`, source: `198.51.100.${n}`, account: ALICE }));
    expect(await outcome(userCode, { browser: 'new', source: '192.0.2.1', account: ALICE })).toBe('too_many');
    expect(await outcome(userCode, { browser: 'new', source: '192.0.2.1' })).toBe('found');
  });

  it('twenty from one source, however many browsers; of IPv6 a /64 is one', async () => {
    const { userCode } = await flow.start();
    const found = await wrong(21, (n) => ({ browser: `b${n}`, source: `2001:db8:1:2::${n.toString(16)}` }));
    expect(found).toEqual([...Array<string>(20).fill('unknown'), 'too_many']);
    expect(await outcome(userCode, { browser: 'new', source: '2001:db8:1:2:ffff::1' })).toBe('too_many');
    expect(await outcome(userCode, { browser: 'new', source: '2001:db8:1:3::1' })).toBe('found');
  });

  it('right ones do not count, so people behind one address connect as many devices as they have', async () => {
    for (let n = 0; n < 25; n += 1) expect(await outcome((await flow.start()).userCode)).toBe('found');
  });

  it('outlive a process, and are forgotten after ten minutes', async () => {
    const { userCode } = await flow.start();
    await wrong(5);
    const restarted = new DeviceFlow(db.pool('tessera_device_ciba'), db.owner);
    const attempt = { userCode, browserHash: browser('one'), sourceAddress: '203.0.113.7', accountId: null };
    expect((await restarted.verification.find(attempt)).outcome).toBe('too_many');
    await db.owner.query(`UPDATE user_code_failure SET window_ends = now()`);
    expect((await restarted.verification.find(attempt)).outcome).toBe('found');
  });

  it('made at once are judged one after another: forty guesses, the right one last, evaluate five', async () => {
    const { userCode } = await flow.start();
    const other = new DeviceFlow(db.pool('tessera_device_ciba'), db.owner);
    const found = await Promise.all(Array.from({ length: 40 }, (_, n) =>
      (n % 2 === 0 ? flow : other).verification.find({ userCode: n === 39 ? userCode : 'ZZZZZZZZ', browserHash: browser('one'), sourceAddress: '203.0.113.7', accountId: null })));
    const evaluated = found.filter((one) => one.outcome !== 'too_many');
    expect(evaluated.length).toBeLessThanOrEqual(6);
    expect(evaluated.filter((one) => one.outcome === 'unknown')).toHaveLength(5);
  });

  it('SEC-4 are audited when they are used up', async () => {
    await wrong(5);
    expect(await flow.audited('user-code.blocked')).toBe(1);
  });
});

describe('RFC 8628 §3.3, DEV-6 a decision', () => {
  it('is stored once; the same again is answered as before, another learns which was first', async () => {
    const { id } = await flow.start();
    const [alice, bob] = [await flow.allow(), await flow.allow()];
    expect(await flow.decide(id, 'approve', alice)).toBe('decided');
    expect(await flow.row(id)).toMatchObject({ state: 'approved', account_id: alice.accountId, grant_id: alice.grantId });
    expect(await flow.decide(id, 'approve', alice)).toBe('decided');
    expect(await flow.decide(id, 'approve', bob)).toBe('approved_before');
    expect(await flow.decide(id, 'deny', alice)).toBe('approved_before');
    expect(await flow.row(id)).toMatchObject({ state: 'approved', grant_id: alice.grantId });
    expect(await flow.audited('device-authorization.approved')).toBe(1);
  });

  it('to deny stands against a later approval, and is the same again for who made it', async () => {
    const { id } = await flow.start();
    const [alice, bob] = [await flow.allow(), await flow.allow()];
    expect([await flow.decide(id, 'deny', alice), await flow.decide(id, 'deny', alice), await flow.decide(id, 'approve', alice), await flow.decide(id, 'deny', bob)])
      .toEqual(['decided', 'decided', 'denied_before', 'denied_before']);
  });

  it('is still found after the device took its tokens', async () => {
    const { id, deviceCode } = await flow.start();
    const alice = await flow.allow();
    await flow.decide(id, 'approve', alice);
    await flow.poll(deviceCode);
    expect([await flow.decide(id, 'approve', alice), await flow.decide(id, 'deny', alice)]).toEqual(['decided', 'approved_before']);
  });

  it('comes too late for what expired, and for what is gone', async () => {
    const { id } = await flow.start();
    const alice = await flow.allow();
    await flow.pass(id, 601);
    expect([await flow.decide(id, 'approve', alice), await flow.decide(id, 'deny', alice)]).toEqual(['expired', 'expired']);
    await db.owner.query('TRUNCATE device_authorization');
    expect(await flow.decide(id, 'approve', alice)).toBe('unknown');
  });
});
