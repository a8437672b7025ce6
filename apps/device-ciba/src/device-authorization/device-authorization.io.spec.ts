import { randomUUID } from 'node:crypto';
import { judgePoll, type PolledRequest } from '@tessera/protocol/device-authorization';
import { ClientId, Outage } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { Upkeep } from '../upkeep.js';
import { DeviceFlow, sha256, TELEVISION } from './testing.js';

const db = useDatabase();
let flow: DeviceFlow;
beforeAll(() => (flow = new DeviceFlow(db.pool('tessera_device_ciba'), db.owner)));
beforeEach(() => flow.clear());

const outcomes = async (device: { id: string; deviceCode: string }, pauses: readonly number[]) => {
  const found: string[] = [];
  for (const seconds of pauses) {
    await flow.pass(device.id, seconds);
    found.push((await flow.poll(device.deviceCode)).outcome);
  }
  return found;
};

describe('RFC 8628 §3.2 what is stored of a device', () => {
  it('GEN-3 is the hash of its code and never the code; the user code is eight letters', async () => {
    const { id, deviceCode, userCode } = await flow.start();
    expect(deviceCode).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    const row = await flow.row(id);
    expect(row).toMatchObject({ device_code_hash: sha256(deviceCode), user_code: userCode, state: 'pending', source_address: '203.0.113.7' });
    expect(JSON.stringify(row)).not.toContain(deviceCode);
  });

  it('DEV-1 a user code that another row has is not used a second time, three tries and then an outage', async () => {
    const codes = ['BBBBBBBB', 'BBBBBBBB', 'CCCCCCCC', 'BBBBBBBB', 'BBBBBBBB', 'CCCCCCCC'];
    const colliding = new DeviceFlow(db.pool('tessera_device_ciba'), db.owner, { userCodes: () => codes.shift() ?? '' });
    expect((await colliding.start()).userCode).toBe('BBBBBBBB');
    expect((await colliding.start()).userCode).toBe('CCCCCCCC');
    await expect(colliding.start()).rejects.toBeInstanceOf(Outage);
  });

  it('DEV-7 a client has no more waiting than it may; what is decided or expired does not count', async () => {
    const three = { waitingPerClient: 3 };
    const [first, second] = [await flow.start(three), await flow.start(three), await flow.start(three)];
    await expect(flow.start(three)).rejects.toThrow('too many wait');
    await flow.decide(first.id, 'deny', await flow.allow());
    await flow.start(three);
    await expect(flow.start(three)).rejects.toThrow('too many wait');
    await flow.pass(second.id, 601);
    await flow.start(three);
  });
});

describe('RFC 8628 §5.2, DEV-7 codes of one source', () => {
  it('has no more waiting than it may, whatever the client; of IPv6 a /64 is one', async () => {
    const two = (sourceAddress: string) => ({ waitingPerSource: 2, sourceAddress });
    await flow.start(two('2001:db8:1:2::1'));
    await flow.start(two('2001:db8:1:2::2'));
    await expect(flow.start(two('2001:db8:1:2:ffff::3'))).rejects.toThrow('too many wait');
    await flow.start(two('2001:db8:1:3::1'));
  });
});

describe('RFC 8628 §3.5, DEV-4 polls, one statement each', () => {
  it('pending, then what the person allowed, once; then invalid_grant', async () => {
    const device = await flow.start();
    expect(await outcomes(device, [0, 5, 5])).toEqual(['pending', 'pending', 'pending']);
    const { accountId, grantId } = await flow.allow(['openid', 'profile']);
    expect(await flow.decide(device.id, 'approve', { accountId, grantId })).toBe('decided');
    expect(await flow.poll(device.deviceCode)).toMatchObject({
      outcome: 'redeemed',
      grant: { grantId, clientId: TELEVISION, subject: accountId, authority: { scope: ['openid', 'profile'] }, sid: null, acr: '1', amr: ['pwd'], nonce: null },
    });
    expect(await outcomes(device, [0, 5])).toEqual(['spent', 'spent']);
    expect(await flow.audited('device-authorization.redeemed')).toBe(1);
  });

  it('slow_down adds five seconds each time, is stored, and an obedient client recovers', async () => {
    const device = await flow.start();
    expect(await outcomes(device, [0, 1, 1, 9, 13, 15])).toEqual(['pending', 'too_soon', 'too_soon', 'too_soon', 'pending', 'too_soon']);
    expect(await flow.row(device.id)).toMatchObject({ interval_seconds: 25 });
    expect(await outcomes(device, [25])).toEqual(['pending']);
  });

  it('denied, and it stays denied', async () => {
    const device = await flow.start();
    await flow.decide(device.id, 'deny', await flow.allow());
    expect(await outcomes(device, [0, 5, 700])).toEqual(['denied', 'denied', 'denied']);
  });

  it('expired, though nobody tidied; before anything else is said (I4)', async () => {
    const device = await flow.start();
    expect(await outcomes(device, [599, 2, 0])).toEqual(['pending', 'expired', 'expired']);
    const approved = await flow.start();
    await flow.decide(approved.id, 'approve', await flow.allow());
    expect(await outcomes(approved, [601])).toEqual(['expired']);
  });

  it('the same redemption gets the same answer, expired or not, and is one poll', async () => {
    const device = await flow.start();
    const redemptionId = randomUUID();
    const again = () => flow.poll(device.deviceCode, { redemptionId }).then(({ outcome }) => outcome);
    expect([await again(), await again(), await again()]).toEqual(['pending', 'pending', 'pending']);
    expect(await flow.row(device.id)).toMatchObject({ interval_seconds: 5 });
    await flow.decide(device.id, 'approve', await flow.allow());
    const first = await flow.poll(device.deviceCode, { redemptionId });
    await flow.pass(device.id, 700);
    expect(await flow.poll(device.deviceCode, { redemptionId })).toEqual(first);
    expect(first.outcome).toBe('redeemed');
  });

  it('a poll told to slow down that is sent twice widens once', async () => {
    const device = await flow.start();
    await flow.poll(device.deviceCode);
    const redemptionId = randomUUID();
    expect((await flow.poll(device.deviceCode, { redemptionId })).outcome).toBe('too_soon');
    expect((await flow.poll(device.deviceCode, { redemptionId })).outcome).toBe('too_soon');
    expect(await flow.row(device.id)).toMatchObject({ interval_seconds: 10 });
  });

  it('DEV-3 the code of another client is unknown, and nothing happens to it', async () => {
    const device = await flow.start();
    await flow.decide(device.id, 'approve', await flow.allow());
    const before = await flow.row(device.id);
    expect((await flow.poll(device.deviceCode, { clientId: ClientId.parse('thief') })).outcome).toBe('unknown');
    expect(await flow.row(device.id)).toEqual(before);
    expect((await flow.poll('no-such-code')).outcome).toBe('unknown');
  });

  it.each([
    ['the grant is revoked', `UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'x'`],
    ['the account is disabled', `UPDATE account SET enabled = false`],
    ['the client is disabled', `UPDATE client SET enabled = false`],
  ])('I5 gives nothing once %s', async (_case, change) => {
    const device = await flow.start();
    await flow.decide(device.id, 'approve', await flow.allow());
    await db.owner.query(change);
    expect((await flow.poll(device.deviceCode)).outcome).toBe('unknown');
    expect(await flow.row(device.id)).toMatchObject({ state: 'approved' });
  });
});

describe('RFC 8628 §3.5 the statement makes the steps of the state machine', () => {
  const STATES = ['pending', 'approved', 'denied', 'cancelled', 'expired', 'redeemed'] as const;
  const table = STATES.flatMap((state) => [-1, 100].flatMap((left) => [null, 1, 4.8, 30].map((since) => ({ state, left, since }))));

  it.each(table)('$state, $left s left, $since s since the last poll', async ({ state, left, since }) => {
    const device = await flow.start();
    const { accountId, grantId } = await flow.allow();
    const granted = state === 'approved' || state === 'redeemed';
    await db.owner.query(
      `UPDATE device_authorization SET state = $2, expires_at = now() + make_interval(secs => $3), polled_at = now() - make_interval(secs => $4),
              account_id = $5, grant_id = $6, decided_at = now(), redeemed_at = $7, redemption_id = $8 WHERE id = $1`,
      [device.id, state, left, since, granted ? accountId : null, granted ? grantId : null, state === 'redeemed' ? new Date() : null, state === 'redeemed' ? randomUUID() : null],
    );
    const law: PolledRequest = { state, intervalSeconds: 5, polledAt: since === null ? null : -since, expiresAt: left };
    const judged = judgePoll(law, 0);
    expect((await flow.poll(device.deviceCode)).outcome).toBe(judged.outcome);
    expect(await flow.row(device.id)).toMatchObject({ state: judged.request.state, interval_seconds: judged.request.intervalSeconds });
  });
});

describe('GEN-9 what devices leave behind', () => {
  const silent = { warn: () => undefined };
  const tidy = () => new Upkeep(flow.queries, { clock: { epochSeconds: () => 0, monotonicMs: () => 0 }, logger: silent }).run();

  it('what expired is recorded as such, and removed a day later; nothing else is touched', async () => {
    const [waiting, approved, denied, fresh] = [await flow.start(), await flow.start(), await flow.start(), await flow.start()];
    await flow.decide(approved.id, 'approve', await flow.allow());
    await flow.decide(denied.id, 'deny', await flow.allow());
    for (const { id } of [waiting, approved, denied]) await flow.pass(id, 700);
    await tidy();
    const state = async ({ id }: { id: string }) => (await flow.row(id))['state'];
    expect([await state(waiting), await state(approved), await state(denied), await state(fresh)]).toEqual(['expired', 'expired', 'denied', 'pending']);
    expect(await flow.audited('device-authorization.expired')).toBe(2);
    expect((await flow.poll(waiting.deviceCode)).outcome).toBe('expired');
    await flow.pass(waiting.id, 90_000);
    await tidy();
    expect((await db.owner.query('SELECT id FROM device_authorization')).rows).toHaveLength(3);
  });

  it('wrong user codes are forgotten once they count for nothing', async () => {
    await flow.verification.find({ userCode: null, browserHash: null, sourceAddress: '203.0.113.7', accountId: null });
    await tidy();
    expect((await db.owner.query('SELECT kind FROM user_code_failure')).rows).toHaveLength(1);
    await db.owner.query(`UPDATE user_code_failure SET window_ends = now() - interval '1 second'`);
    await tidy();
    expect((await db.owner.query('SELECT kind FROM user_code_failure')).rows).toEqual([]);
  });
});

