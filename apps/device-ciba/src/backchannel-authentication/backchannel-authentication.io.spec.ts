import { randomUUID } from 'node:crypto';
import { type AccountId, authorityOver } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { BackchannelFlow, CALL_CENTRE, SHOP } from './testing.js';

const db = useDatabase();
let flow: BackchannelFlow;
beforeAll(() => (flow = new BackchannelFlow(db.pool('tessera_device_ciba'), db.owner)));
beforeEach(() => flow.clear());

const outcomeOf = async (authReqId: string, options: Parameters<BackchannelFlow['poll']>[1] = {}) => (await flow.poll(authReqId, options)).outcome;
const approve = async ({ id, accountId }: { id: string; accountId: AccountId }) =>
  flow.approvals.decide({ id, accountId, grantId: await flow.grant(accountId), why: 'person' });

describe('CIBA Core §11 a poll', () => {
  it('waits, slows down, recovers, gets the tokens once, and nothing after', async () => {
    const started = await flow.begin();
    expect(await outcomeOf(started.authReqId)).toBe('pending');
    expect(await outcomeOf(started.authReqId)).toBe('slow_down');
    // RFC 8628 §3.5 as §11 has it: the early poll does not move what the next is counted from, but widens the interval to 10 s.
    await flow.pass(started.id, 6);
    expect(await outcomeOf(started.authReqId)).toBe('slow_down');
    await flow.pass(started.id, 9);
    expect(await outcomeOf(started.authReqId)).toBe('pending');
    await approve(started);
    const redeemed = await flow.poll(started.authReqId);
    expect(redeemed).toMatchObject({ outcome: 'redeemed', grant: { clientId: CALL_CENTRE, subject: started.accountId, sid: null, acr: '1', amr: ['pwd'] } });
    expect(await outcomeOf(started.authReqId)).toBe('used');
  });

  it('keeps an obedient client out of slow_down', async () => {
    const started = await flow.begin();
    for (let polls = 0; polls < 4; polls += 1) {
      expect(await outcomeOf(started.authReqId)).toBe('pending');
      await flow.pass(started.id, 5);
    }
  });

  it.each([
    ['of another client', async (id: string) => outcomeOf(id, { clientId: SHOP }), 'unknown'],
    ['of nobody', async () => outcomeOf('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'), 'unknown'],
  ])('knows no auth_req_id %s, and leaves the real one alone', async (_case, poll, expected) => {
    const started = await flow.begin();
    await approve(started);
    expect(await poll(started.authReqId)).toBe(expected);
    expect(await outcomeOf(started.authReqId)).toBe('redeemed');
  });

  it('is told the denial, each time', async () => {
    const started = await flow.begin();
    await flow.approvals.decide({ id: started.id, accountId: started.accountId, grantId: null, why: 'person' });
    expect([await outcomeOf(started.authReqId), await outcomeOf(started.authReqId)]).toEqual(['denied', 'denied']);
  });

  it('is told the end before anything else, with and without the record of it (GEN-9, I4)', async () => {
    const [waiting, approved] = [await flow.begin(), await flow.begin()];
    await approve(approved);
    for (const { id } of [waiting, approved]) await flow.pass(id, 400);
    expect([await outcomeOf(waiting.authReqId), await outcomeOf(approved.authReqId)]).toEqual(['expired', 'expired']);
    await flow.queries.run('record-expired-backchannel-requests', [100]);
    expect(await flow.row(waiting.id)).toMatchObject({ state: 'expired' });
    expect([await outcomeOf(waiting.authReqId), await outcomeOf(approved.authReqId)]).toEqual(['expired', 'expired']);
    expect(await flow.audited('backchannel-authentication.expired')).toBe(2);
  });

  it('gets nothing for what was allowed and ended since (decision 3)', async () => {
    const started = await flow.begin();
    await approve(started);
    await db.owner.query(`UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'ended-by-user'`);
    expect(await outcomeOf(started.authReqId)).toBe('unknown');
    expect(await flow.row(started.id)).toMatchObject({ state: 'approved' });
  });

  it('gets nothing of a request whose tokens are pushed (CIB-9)', async () => {
    const started = await flow.begin({ request: { deliveryMode: 'push', notificationToken: 'token' } });
    await approve(started);
    expect(await outcomeOf(started.authReqId)).toBe('unknown');
  });

  it('answers the same redemption as before, also past the end', async () => {
    const started = await flow.begin();
    await approve(started);
    const redemptionId = randomUUID();
    const first = await flow.poll(started.authReqId, { redemptionId });
    await flow.pass(started.id, 400);
    expect(await flow.poll(started.authReqId, { redemptionId })).toEqual(first);
    expect(await flow.audited('backchannel-authentication.redeemed')).toBe(1);
  });

  it('is removed a day after its end, and not before', async () => {
    const [old, young] = [await flow.begin(), await flow.begin()];
    await flow.pass(old.id, 300 + 90_000);
    await flow.pass(young.id, 300 + 80_000);
    await flow.queries.run('remove-past-backchannel-requests', [100]);
    expect([await outcomeOf(old.authReqId), await outcomeOf(young.authReqId)]).toEqual(['unknown', 'expired']);
  });
});

describe('CIBA Core §10.1.1 long polling', () => {
  it('holds a poll of a client that asked for it, counts it when it begins, and lets the next one come at once after it', async () => {
    const started = await flow.begin({ longPolling: true });
    expect(await flow.hold(started.authReqId)).toMatchObject({ request: started.id });
    expect(await outcomeOf(started.authReqId)).toBe('pending');
    await flow.pass(started.id, 25);
    expect(await flow.hold(started.authReqId)).toMatchObject({ request: started.id });
    await approve(started);
    expect(await outcomeOf(started.authReqId)).toBe('redeemed');
  });

  it('does not hold what comes too soon: it is told so at once', async () => {
    const started = await flow.begin({ longPolling: true });
    await flow.hold(started.authReqId);
    await outcomeOf(started.authReqId);
    expect(await flow.hold(started.authReqId)).toBeNull();
    expect(await outcomeOf(started.authReqId)).toBe('slow_down');
  });

  it.each([
    ['a client that did not ask for it', {}],
    ['a push client', { longPolling: true, request: { deliveryMode: 'push' as const, notificationToken: 'token' } }],
  ])('holds nothing of %s', async (_case, begun) => {
    expect(await flow.hold((await flow.begin(begun)).authReqId)).toBeNull();
  });

  it.each([
    ['decided', async (started: { id: string; accountId: AccountId }) => void (await approve(started))],
    ['expired', async (started: { id: string }) => await flow.pass(started.id, 400)],
  ])('holds nothing that is %s already', async (_case, change) => {
    const started = await flow.begin({ longPolling: true });
    await change(started);
    expect(await flow.hold(started.authReqId)).toBeNull();
  });
});

describe('CIB-4 what may wait for a person', () => {
  it('three at a time, over all clients; a decision makes room', async () => {
    const accountId = await flow.person();
    const first = await flow.begin({ accountId });
    await flow.begin({ accountId, clientId: SHOP });
    await flow.begin({ accountId });
    expect((await flow.tryBegin({ accountId, clientId: SHOP })).outcome).toBe('too_many_for_person');
    await flow.approvals.decide({ id: first.id, accountId, grantId: null, why: 'person' });
    expect((await flow.tryBegin({ accountId })).outcome).toBe('stored');
  });

  it('ten in ten minutes, however they end; the next window begins anew', async () => {
    const accountId = await flow.person();
    for (let count = 0; count < 10; count += 1) {
      const { id } = await flow.begin({ accountId });
      await flow.approvals.decide({ id, accountId, grantId: null, why: 'person' });
    }
    expect((await flow.tryBegin({ accountId })).outcome).toBe('too_many_for_person');
    await db.owner.query(`UPDATE backchannel_start SET window_ends = now() - interval '1 second' WHERE kind = 'person'`);
    expect((await flow.tryBegin({ accountId })).outcome).toBe('stored');
  });

  it('as many of one client as the deployment allows, and those of others besides', async () => {
    const small = new BackchannelFlow(db.pool('tessera_device_ciba'), db.owner, { perClient: 2 });
    const outcomes = [];
    for (let count = 0; count < 3; count += 1) outcomes.push((await small.tryBegin()).outcome);
    expect(outcomes).toEqual(['stored', 'stored', 'too_many_of_client']);
    expect((await small.tryBegin({ clientId: SHOP })).outcome).toBe('stored');
  });

  it('nothing of a client the person silenced, which uses up nothing either', async () => {
    const accountId = await flow.person();
    await flow.approvals.silence(accountId, SHOP);
    for (let count = 0; count < 12; count += 1) expect((await flow.tryBegin({ accountId, clientId: SHOP })).outcome).toBe('silenced');
    expect((await flow.tryBegin({ accountId })).outcome).toBe('stored');
    expect(await flow.approvals.listen(accountId, SHOP)).toBe(true);
    expect((await flow.tryBegin({ accountId, clientId: SHOP })).outcome).toBe('stored');
  });

  it('the counters go when their window is over', async () => {
    await flow.begin();
    await db.owner.query(`UPDATE backchannel_start SET window_ends = now() - interval '1 second'`);
    expect(await flow.queries.run('remove-past-backchannel-starts', [10])).toHaveLength(2);
  });
});

describe('GEN-5 what is stored', () => {
  it('redeems nothing: hashes of both handles, and the notification token sealed', async () => {
    const { id, authReqId, approval } = await flow.begin({ request: { deliveryMode: 'ping', notificationToken: 'client-notification-token', authority: authorityOver(['openid', 'email'], []) } });
    const stored = JSON.stringify(await flow.row(id));
    for (const secret of [authReqId, approval, 'client-notification-token', Buffer.from('client-notification-token').toString('base64')]) expect(stored).not.toContain(secret);
    expect(authReqId).not.toBe(approval);
  });
});
