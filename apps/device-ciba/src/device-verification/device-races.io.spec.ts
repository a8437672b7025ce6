import { randomUUID } from 'node:crypto';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { type Allowing, DeviceFlow } from '../device-authorization/testing.js';

const ROUNDS = 25;
const AT_ONCE = 40;
const RACE_MS_MAX = 120_000;

const db = useDatabase();
let replicas: readonly [DeviceFlow, DeviceFlow];
beforeAll(() => (replicas = [new DeviceFlow(db.pool('tessera_device_ciba', 10), db.owner), new DeviceFlow(db.pool('tessera_device_ciba', 10), db.owner)]));
beforeEach(() => replicas[0].clear());

const replica = (n: number): DeviceFlow => replicas[n % 2 === 0 ? 0 : 1];
const atOnce = <Outcome>(act: (flow: DeviceFlow, n: number) => Promise<Outcome>) => Promise.all(Array.from({ length: AT_ONCE }, (_, n) => act(replica(n), n)));
const rounds = async (round: (n: number) => Promise<void>) => {
  for (let n = 0; n < ROUNDS; n += 1) await round(n);
};

describe('I1 forty at once, over two processes', () => {
  it('one redeems a device code; all others are told it is spent', async () => {
    await rounds(async () => {
      const device = await replica(0).start();
      await replica(0).decide(device.id, 'approve', await replica(0).allow());
      const outcomes = (await atOnce((flow) => flow.poll(device.deviceCode))).map(({ outcome }) => outcome);
      expect(outcomes.filter((one) => one === 'redeemed')).toHaveLength(1);
      expect(outcomes.filter((one) => one === 'spent')).toHaveLength(AT_ONCE - 1);
    });
    expect(await replica(0).audited('device-authorization.redeemed')).toBe(ROUNDS);
  }, RACE_MS_MAX);

  it('one redemption asked for by all gets the same answer everywhere', async () => {
    await rounds(async () => {
      const device = await replica(0).start();
      await replica(0).decide(device.id, 'approve', await replica(0).allow());
      const redemptionId = randomUUID();
      const answers = await atOnce((flow) => flow.poll(device.deviceCode, { redemptionId }));
      // Whoever waited for the row of the others saw it as it was before: asked again they get it.
      const again = await replica(0).poll(device.deviceCode, { redemptionId });
      expect(again.outcome).toBe('redeemed');
      expect(answers.filter(({ outcome }) => outcome === 'redeemed').length).toBeGreaterThan(0);
      for (const answer of answers) expect(answer).toEqual(again);
    });
    expect(await replica(0).audited('device-authorization.redeemed')).toBe(ROUNDS);
  }, RACE_MS_MAX);

  it('approve against deny: one decision stands, and everybody learns the same', async () => {
    await rounds(async () => {
      const { id, deviceCode } = await replica(0).start();
      const people = await Promise.all(Array.from({ length: AT_ONCE }, () => replica(0).allow()));
      const outcomes = await atOnce((flow, n) => flow.decide(id, n % 2 === 0 ? 'approve' : 'deny', people[n] as Allowing));
      const winner = outcomes.indexOf('decided');
      expect(outcomes.filter((one) => one === 'decided')).toHaveLength(1);
      const approved = winner % 2 === 0;
      expect(new Set(outcomes.filter((one) => one !== 'decided'))).toEqual(new Set([approved ? 'approved_before' : 'denied_before']));
      expect((await replica(1).poll(deviceCode)).outcome).toBe(approved ? 'redeemed' : 'denied');
    });
  }, RACE_MS_MAX);

  it('approve against expiry: an approval that was confirmed is stored, one that was not is not (I3, I4)', async () => {
    let approvals = 0;
    await rounds(async (round) => {
      const { id, deviceCode } = await replica(0).start();
      const people = await Promise.all(Array.from({ length: AT_ONCE }, () => replica(0).allow()));
      // Ends while the forty are on their way; in some rounds before the first of them.
      await db.owner.query(`UPDATE device_authorization SET expires_at = clock_timestamp() + make_interval(secs => $2) WHERE id = $1`, [id, (round % 5) * 0.002]);
      const outcomes = await atOnce((flow, n) => flow.decide(id, 'approve', people[n] as Allowing));
      const decided = outcomes.flatMap((outcome, n) => (outcome === 'decided' ? [people[n]?.grantId] : []));
      const row = await replica(0).row(id);
      expect(decided.length).toBeLessThanOrEqual(1);
      expect(row).toMatchObject(decided.length === 1 ? { state: 'approved', grant_id: decided[0] } : { state: 'pending', grant_id: null });
      approvals += decided.length;
      await db.owner.query('UPDATE device_authorization SET expires_at = clock_timestamp() WHERE id = $1', [id]);
      expect((await replica(1).poll(deviceCode)).outcome).toBe('expired');
    });
    expect(approvals).toBeLessThan(ROUNDS);
  }, RACE_MS_MAX);

  it('polls of a pending device: one is answered, the others are told to slow down, each by five seconds', async () => {
    const device = await replica(0).start();
    const outcomes = (await atOnce((flow) => flow.poll(device.deviceCode))).map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'pending')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'too_soon')).toHaveLength(AT_ONCE - 1);
    expect(await replica(0).row(device.id)).toMatchObject({ interval_seconds: 5 + 5 * (AT_ONCE - 1) });
  }, RACE_MS_MAX);

  it('approve against polls: each is answered as before it or as after it, never anything else', async () => {
    const seen = new Set<string>();
    await rounds(async () => {
      const { id, deviceCode } = await replica(0).start();
      const alice = await replica(0).allow();
      const polls = Array.from({ length: 10 }, () => replica(1).poll(deviceCode));
      const [outcome, ...polled] = await Promise.all([replica(0).decide(id, 'approve', alice), ...polls]);
      expect(outcome).toBe('decided');
      const outcomes = polled.map((one) => one.outcome);
      for (const one of outcomes) seen.add(one);
      expect(outcomes.filter((one) => one === 'redeemed').length).toBeLessThanOrEqual(1);
      if (!outcomes.includes('redeemed')) expect((await replica(0).poll(deviceCode)).outcome).toBe('redeemed');
    });
    expect([...seen].filter((one) => !['pending', 'too_soon', 'redeemed', 'spent'].includes(one))).toEqual([]);
  }, RACE_MS_MAX);
});
