import { createHmac, randomUUID } from 'node:crypto';
import { newCallContext } from '@tessera/messaging';
import { OAuthError } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { BackchannelFlow, COMPLETION_SECRET, NOW } from '../backchannel-authentication/testing.js';
import { CompletionDesk } from './index.js';

const NUMBERS = { number: 42, choices: [17, 42, 88] };
const AT_ONCE = 40;
const ROUNDS = 15;

const db = useDatabase();
let flow: BackchannelFlow;
beforeEach(async () => {
  flow = new BackchannelFlow(db.pool('tessera_device_ciba', 10), db.owner);
  await flow.clear();
});

const approve = (approval: string, more: object = {}) => flow.complete({ approval, decision: 'approve', ...more });
const deny = (approval: string) => flow.complete({ approval, decision: 'deny' });
const reply = (outcome: string) => ({ status: 200, body: { outcome }, headers: {} });
const outcomeOf = async (report: Promise<{ readonly body: unknown }>): Promise<string> => {
  try {
    return (await report).body === null ? 'nothing' : String(((await report).body as { outcome: string }).outcome);
  } catch (error) {
    if (error instanceof OAuthError) return error.reason;
    throw error;
  }
};

describe('CIBA Core §8 a person answers on the own authenticator', () => {
  it('approves: the grant says how they were known, and the client gets its tokens', async () => {
    const { approval, authReqId, id, accountId } = await flow.begin();
    expect(await approve(approval, { acr: 'high', amr: ['face'] })).toEqual(reply('approved'));
    expect(flow.vouched).toEqual([{ acr: 'high', amr: ['face'] }]);
    expect(flow.decided).toEqual([id]);
    expect(await flow.poll(authReqId)).toMatchObject({ outcome: 'redeemed', grant: { subject: accountId } });
    const audit = await db.owner.query(`SELECT detail FROM device_ciba_audit_event WHERE action = 'backchannel-authentication.approved'`);
    expect(audit.rows).toMatchObject([{ detail: { why: 'authenticator' } }]);
  });

  it('denies', async () => {
    const { approval, authReqId } = await flow.begin();
    expect(await deny(approval)).toEqual(reply('denied'));
    expect((await flow.poll(authReqId)).outcome).toBe('denied');
    expect(flow.vouched).toEqual([]);
  });

  it.each(['ping', 'push'] as const)('CIB-6 what tells the client by %s is written with it', async (deliveryMode) => {
    const { approval, id } = await flow.begin({ request: { deliveryMode, notificationToken: 'token' } });
    await approve(approval);
    expect((await flow.deliveries(id)).map((row) => row['kind'])).toEqual([deliveryMode]);
    expect(flow.told).toBe(1);
  });

  it('a report that is made again, because its answer was lost, is answered as then and changes nothing', async () => {
    const { approval } = await flow.begin();
    for (let time = 1; time <= 3; time += 1) expect(await approve(approval)).toEqual(reply('approved'));
    expect(await flow.audited('backchannel-authentication.approved')).toBe(1);
  });

  it('Ours: number matching counts here as in the inbox', async () => {
    const one = await flow.begin({ numbers: NUMBERS });
    expect(await outcomeOf(approve(one.approval))).toBe('approval_completion.needs_number');
    expect(await flow.row(one.id)).toMatchObject({ state: 'pending' });
    expect(await approve(one.approval, { number: 42 })).toEqual(reply('approved'));
    const two = await flow.begin({ numbers: NUMBERS });
    expect(await approve(two.approval, { number: 17 })).toEqual(reply('wrong_number'));
    expect(await outcomeOf(approve(two.approval, { number: 42 }))).toBe('approval_completion.decided');
    expect((await flow.poll(two.authReqId)).outcome).toBe('denied');
  });
});

describe('CIB-5 what decides nothing', () => {
  it('CIBA Core §14 the auth_req_id is no handle of a person, nor is what nobody gave out', async () => {
    const { authReqId, id } = await flow.begin();
    expect(await outcomeOf(approve(authReqId))).toBe('approval_completion.unknown');
    expect(await outcomeOf(approve('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'))).toBe('approval_completion.unknown');
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });

  it.each<[string, { secret?: Buffer; at?: number }]>([
    ['another secret', { secret: Buffer.alloc(32, 1) }],
    ['a time long past', { at: NOW - 301 }],
    ['a time to come', { at: NOW + 301 }],
  ])('a report signed with %s', async (_case, how) => {
    const { approval, id } = await flow.begin();
    expect(await outcomeOf(flow.complete({ approval, decision: 'approve' }, how))).toBe('approval_completion.signature');
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });

  it('any report where no secret is set', async () => {
    const { approval, id } = await flow.begin();
    const closed = new CompletionDesk({ approvals: flow.approvals, decisions: { decide: () => Promise.resolve('approved') }, secret: null, clock: { epochSeconds: () => NOW } });
    const body = JSON.stringify({ approval, decision: 'approve' });
    const signature = `t=${NOW},v1=${createHmac('sha256', COMPLETION_SECRET).update(`completion.${NOW}.${body}`).digest('hex')}`;
    expect(await outcomeOf(closed.answer({ body, signature }, newCallContext()))).toBe('approval_completion.signature');
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });

  it('one that comes after the end, or after another decision', async () => {
    const late = await flow.begin();
    await flow.pass(late.id, 400);
    expect(await outcomeOf(approve(late.approval))).toBe('approval_completion.decided');
    const denied = await flow.begin();
    await flow.reply(flow.signIn(denied.accountId), denied.approval, { answer: 'deny' });
    expect(await outcomeOf(approve(denied.approval))).toBe('approval_completion.decided');
  });

  it('one for a client or an account that is out of use', async () => {
    const { approval, id } = await flow.begin();
    flow.refusal = 'not_possible';
    expect(await outcomeOf(approve(approval))).toBe('approval_completion.not_possible');
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });
});

describe('I1 forty at once: approve against deny, on the authenticator and in the inbox', () => {
  it('one answer stands, and everybody who gave the other is told', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { approval, authReqId, accountId } = await flow.begin({ request: { jti: randomUUID() } });
      const session = flow.signIn(accountId);
      const outcomes = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, n) => {
          const [yes, here] = [(n + round) % 2 === 0, n % 4 < 2];
          const outcome = here
            ? await outcomeOf(yes ? approve(approval) : deny(approval))
            : ((await flow.reply(session, approval, { answer: yes ? 'approve' : 'deny' })).outcome ?? 'nothing');
          return { yes, outcome };
        }),
      );
      const stands = (await flow.poll(authReqId)).outcome;
      expect(['redeemed', 'denied']).toContain(stands);
      const [won, lost] = stands === 'redeemed' ? ['approved', 'denied'] : ['denied', 'approved'];
      expect(outcomes.some(({ outcome }) => outcome === won)).toBe(true);
      expect(outcomes.filter(({ outcome }) => outcome === lost)).toEqual([]);
      expect(outcomes.filter(({ yes, outcome }) => yes === (won === 'denied') && outcome === won)).toEqual([]);
    }
    expect((await flow.audited('backchannel-authentication.approved')) + (await flow.audited('backchannel-authentication.denied'))).toBe(ROUNDS);
  }, 120_000);
});
