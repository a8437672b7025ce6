import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { authorityOver } from '@tessera/vocabulary';
import { BackchannelFlow, CALL_CENTRE, SHOP } from '../backchannel-authentication/testing.js';

const db = useDatabase();
let flow: BackchannelFlow;
beforeEach(async () => {
  flow = new BackchannelFlow(db.pool('tessera_device_ciba'), db.owner);
  await flow.clear();
});

const NUMBERS = { number: 42, choices: [17, 42, 88] };

async function asked(begun: Parameters<BackchannelFlow['begin']>[0] = {}) {
  const started = await flow.begin(begun);
  return { ...started, session: flow.signIn(started.accountId) };
}

describe('CIBA Core §8 the approval inbox', () => {
  it('shows what waits for whoever is signed in, under a handle of its own (§14)', async () => {
    const { session, approval, authReqId } = await asked({ request: { authority: authorityOver(['openid', 'email'], []) } });
    const shown = await flow.inbox(session);
    expect(shown).toMatchObject({
      person: { name: 'Jane', identifier: 'jane' },
      waiting: [{ approval, client: { clientId: CALL_CENTRE, name: 'Call centre' }, bindingMessage: 'W4SCT', choices: null, scope: [{ scope: 'openid', resource: null }, { scope: 'email', resource: null }] }],
      silenced: [],
      outcome: null,
    });
    expect(shown.waiting[0]?.secondsLeft).toBeGreaterThan(290);
    expect(JSON.stringify(shown)).not.toContain(authReqId);
  });

  it('leads to the sign-in where nobody is signed in', async () => {
    const browser = { session: null, browser: null, sourceAddress: '', userAgent: '' };
    expect(await flow.desk.answer({ browser, change: null, requestId: 'request-1' }, {} as never)).toMatchObject({ kind: 'continue' });
  });

  it('CIB-5: shows and decides nothing of somebody else', async () => {
    const { approval, id } = await asked();
    const mallory = flow.signIn(await flow.person());
    expect(await flow.reply(mallory, approval, { answer: 'approve' })).toMatchObject({ outcome: 'gone', waiting: [] });
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });

  it('approves: the grant first, then the decision, then the word to whoever waits', async () => {
    const { approval, session, authReqId, id } = await asked();
    expect(await flow.reply(session, approval, { answer: 'approve' })).toMatchObject({ outcome: 'approved', waiting: [], client: { clientId: CALL_CENTRE } });
    expect(flow.decided).toEqual([id]);
    expect((await flow.poll(authReqId)).outcome).toBe('redeemed');
    expect(await flow.audited('backchannel-authentication.approved')).toBe(1);
  });

  it('denies, and no grant is recorded', async () => {
    const { approval, session, authReqId } = await asked();
    expect(await flow.reply(session, approval, { answer: 'deny' })).toMatchObject({ outcome: 'denied' });
    expect((await flow.poll(authReqId)).outcome).toBe('denied');
    expect((await db.owner.query('SELECT FROM authorization_grant')).rowCount).toBe(0);
  });

  it.each([
    ['an approval', 'approve', 'approved'],
    ['a denial', 'deny', 'denied'],
  ] as const)('F05: %s that is sent again, because its answer was lost, is answered as before', async (_case, answer, outcome) => {
    const { approval, session } = await asked();
    await flow.reply(session, approval, { answer });
    expect((await flow.reply(session, approval, { answer })).outcome).toBe(outcome);
    expect((await flow.reply(session, approval, { answer: answer === 'deny' ? 'approve' : 'deny' })).outcome).toBe('gone');
    expect(flow.decided).toHaveLength(1);
  });

  it('F05: a decision that could not be stored leaves the request waiting, and the answer says nothing of success', async () => {
    const { approval, session, id } = await asked();
    const run = flow.queries.run.bind(flow.queries);
    flow.queries.run = (name, params) => (name === 'decide-backchannel-request' ? Promise.reject(new Error('killed')) : run(name, params));
    await expect(flow.reply(session, approval, { answer: 'approve' })).rejects.toThrow('killed');
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
    flow.queries.run = run;
    expect((await flow.reply(session, approval, { answer: 'approve' })).outcome).toBe('approved');
  });

  it.each([
    ['signed_out', 'gone'],
    ['other_person', 'gone'],
    ['not_possible', 'not_possible'],
  ] as const)('approves nothing when authorization says %s', async (why, outcome) => {
    const { approval, session, id } = await asked();
    flow.refusal = why;
    expect((await flow.reply(session, approval, { answer: 'approve' })).outcome).toBe(outcome);
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });

  it('approves nothing that has expired', async () => {
    const { approval, session, id } = await asked();
    await flow.pass(id, 400);
    expect(await flow.reply(session, approval, { answer: 'approve' })).toMatchObject({ outcome: 'gone', waiting: [] });
  });

  it('CIB-4: silencing denies and keeps the client away until the person says otherwise', async () => {
    const { approval, session, accountId, authReqId } = await asked();
    expect(await flow.reply(session, approval, { answer: 'silence' })).toMatchObject({ outcome: 'silenced', silenced: [{ clientId: CALL_CENTRE }] });
    expect((await flow.poll(authReqId)).outcome).toBe('denied');
    expect((await flow.tryBegin({ accountId })).outcome).toBe('silenced');
    expect(await flow.inbox(session, { change: 'listen', clientId: CALL_CENTRE })).toMatchObject({ outcome: 'listening', silenced: [] });
    expect((await flow.inbox(session, { change: 'listen', clientId: SHOP })).outcome).toBe('gone');
  });
});

describe('CIB-4 silencing', () => {
  it('counts also when the request has ended meanwhile', async () => {
    const { approval, session, accountId, id } = await asked();
    await flow.pass(id, 400);
    expect(await flow.reply(session, approval, { answer: 'silence' })).toMatchObject({ outcome: 'silenced', silenced: [{ clientId: CALL_CENTRE }] });
    expect((await flow.tryBegin({ accountId })).outcome).toBe('silenced');
  });
});

describe('Ours: number matching', () => {
  it('approves the number the client shows', async () => {
    const { approval, session, authReqId } = await asked({ numbers: NUMBERS });
    expect((await flow.inbox(session)).waiting[0]?.choices).toEqual(NUMBERS.choices);
    expect((await flow.reply(session, approval, { answer: 'pick', number: 42 })).outcome).toBe('approved');
    expect((await flow.poll(authReqId)).outcome).toBe('redeemed');
  });

  it('has one try: a wrong pick denies, and the right one comes too late', async () => {
    const { approval, session, authReqId } = await asked({ numbers: NUMBERS });
    expect((await flow.reply(session, approval, { answer: 'pick', number: 17 })).outcome).toBe('wrong_number');
    expect((await flow.reply(session, approval, { answer: 'pick', number: 42 })).outcome).toBe('gone');
    expect((await flow.poll(authReqId)).outcome).toBe('denied');
  });

  it('is not gone round by approving', async () => {
    const { approval, session, id } = await asked({ numbers: NUMBERS });
    expect((await flow.reply(session, approval, { answer: 'approve' })).outcome).toBe('needs_number');
    expect(await flow.row(id)).toMatchObject({ state: 'pending' });
  });

  it('a number for a request without numbers denies', async () => {
    const { approval, session } = await asked();
    expect((await flow.reply(session, approval, { answer: 'pick', number: 42 })).outcome).toBe('wrong_number');
  });
});

describe('CIB-6 what has to be told is written with the decision', () => {
  it.each([
    ['poll', 'approve', []],
    ['ping', 'approve', ['ping']],
    ['ping', 'deny', ['ping']],
    ['push', 'approve', ['push']],
    ['push', 'deny', ['push']],
  ] as const)('%s, %s: %j', async (deliveryMode, answer, kinds) => {
    const { approval, session, id } = await asked({ request: { deliveryMode, notificationToken: deliveryMode === 'poll' ? null : 'token' } });
    await flow.reply(session, approval, { answer });
    expect((await flow.deliveries(id)).map((row) => row['kind'])).toEqual(kinds);
    expect(flow.told).toBe(kinds.length);
  });
});
