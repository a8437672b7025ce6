import { randomUUID } from 'node:crypto';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { BackchannelFlow, SHOP } from './testing.js';

const ROUNDS = 25;
const AT_ONCE = 40;
const RACE_MS_MAX = 120_000;

const db = useDatabase();
let replicas: readonly [BackchannelFlow, BackchannelFlow];
beforeAll(() => (replicas = [new BackchannelFlow(db.pool('tessera_device_ciba', 10), db.owner), new BackchannelFlow(db.pool('tessera_device_ciba', 10), db.owner)]));
beforeEach(() => replicas[0].clear());

const replica = (n: number): BackchannelFlow => replicas[n % 2 === 0 ? 0 : 1];
const atOnce = <Outcome>(act: (flow: BackchannelFlow, n: number) => Promise<Outcome>) => Promise.all(Array.from({ length: AT_ONCE }, (_, n) => act(replica(n), n)));
const rounds = async (round: (n: number) => Promise<void>) => {
  for (let n = 0; n < ROUNDS; n += 1) await round(n);
};
const approved = async () => {
  const started = await replica(0).begin();
  const grantId = await replica(0).grant(started.accountId);
  expect(await replica(0).approvals.decide({ id: started.id, accountId: started.accountId, grantId, why: 'person' })).toEqual({ told: false });
  return started;
};

describe('I1 forty at once, over two processes', () => {
  it('one redeems an auth_req_id; all others are told it is used', async () => {
    await rounds(async () => {
      const { authReqId } = await approved();
      const outcomes = (await atOnce((flow) => flow.poll(authReqId))).map(({ outcome }) => outcome);
      expect(outcomes.filter((one) => one === 'redeemed')).toHaveLength(1);
      expect(outcomes.filter((one) => one === 'used')).toHaveLength(AT_ONCE - 1);
    });
    expect(await replica(0).audited('backchannel-authentication.redeemed')).toBe(ROUNDS);
  }, RACE_MS_MAX);

  it('one redemption asked for by all gets the same answer everywhere', async () => {
    await rounds(async () => {
      const { authReqId } = await approved();
      const redemptionId = randomUUID();
      const answers = await atOnce((flow) => flow.poll(authReqId, { redemptionId }));
      expect(answers[0]?.outcome).toBe('redeemed');
      expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    });
    expect(await replica(0).audited('backchannel-authentication.redeemed')).toBe(ROUNDS);
  }, RACE_MS_MAX);

  it('approve against deny: one decision stands, and the client learns that one', async () => {
    await rounds(async (round) => {
      const { id, accountId, authReqId } = await replica(0).begin();
      const grantId = await replica(0).grant(accountId);
      const made = await atOnce((flow, n) => flow.approvals.decide({ id, accountId, grantId: (n + round) % 2 === 0 ? grantId : null, why: 'person' }));
      const won = made.flatMap((one, n) => (one === null ? [] : [(n + round) % 2 === 0 ? 'approved' : 'denied']));
      expect(won).toHaveLength(1);
      expect((await replica(1).poll(authReqId)).outcome).toBe(won[0] === 'approved' ? 'redeemed' : 'denied');
    });
    expect(await replica(0).audited('backchannel-authentication.approved')).toBe(ROUNDS - (await replica(0).audited('backchannel-authentication.denied')));
  }, RACE_MS_MAX);

  it('approve against expiry: an approval that was confirmed is stored, one that was not is not (I3, I4)', async () => {
    let approvals = 0;
    await rounds(async (round) => {
      const { id, accountId, authReqId } = await replica(0).begin();
      const grantId = await replica(0).grant(accountId);
      await db.owner.query('UPDATE backchannel_authentication_request SET expires_at = clock_timestamp() + make_interval(secs => $2) WHERE id = $1', [id, (round % 5) * 0.002]);
      const made = await atOnce((flow) => flow.approvals.decide({ id, accountId, grantId, why: 'person' }));
      const won = made.filter((one) => one !== null).length;
      expect(won).toBeLessThanOrEqual(1);
      expect(await replica(0).row(id)).toMatchObject(won === 1 ? { state: 'approved', grant_id: grantId } : { state: 'pending', grant_id: null });
      approvals += won;
      await db.owner.query('UPDATE backchannel_authentication_request SET expires_at = clock_timestamp() WHERE id = $1', [id]);
      expect((await replica(1).poll(authReqId)).outcome).toBe('expired');
    });
    expect(approvals).toBeLessThan(ROUNDS);
  }, RACE_MS_MAX);

  it('approve against a poll: the poll is answered pending or gets the tokens, never anything else', async () => {
    await rounds(async () => {
      const { id, accountId, authReqId } = await replica(0).begin();
      const grantId = await replica(0).grant(accountId);
      const [decided, polled] = await Promise.all([replica(0).approvals.decide({ id, accountId, grantId, why: 'person' }), replica(1).poll(authReqId)]);
      expect(decided).toEqual({ told: false });
      expect(['pending', 'redeemed']).toContain(polled.outcome);
      if (polled.outcome === 'pending') expect((await replica(0).poll(authReqId)).outcome).toBe('redeemed');
    });
  }, RACE_MS_MAX);

  it('polls of a pending request: one is answered, the others are told to slow down, each by five seconds', async () => {
    const { id, authReqId } = await replica(0).begin();
    const outcomes = (await atOnce((flow) => flow.poll(authReqId))).map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'pending')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'slow_down')).toHaveLength(AT_ONCE - 1);
    expect(await replica(0).row(id)).toMatchObject({ interval_seconds: 5 + 5 * (AT_ONCE - 1) });
  }, RACE_MS_MAX);
});

describe('CIB-4 forty requests at once for one person', () => {
  it('three wait for them, whichever process took them and whichever client asked', async () => {
    const accountId = await replica(0).person();
    const outcomes = await atOnce(async (flow, n) => (await flow.tryBegin(n % 3 === 0 ? { accountId, clientId: SHOP } : { accountId })).outcome);
    expect(outcomes.filter((one) => one === 'stored')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['stored', 'too_many_for_person']));
    expect((await replica(0).approvals.waitingFor(accountId)).length).toBe(3);
  }, RACE_MS_MAX);

  it('CIB-11 one signed request is stored once', async () => {
    const accountId = await replica(0).person();
    const outcomes = await Promise.all(Array.from({ length: 3 }, (_, n) => replica(n).tryBegin({ accountId, request: { jti: 'same' } })));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['replayed', 'replayed', 'stored']);
  }, RACE_MS_MAX);
});
