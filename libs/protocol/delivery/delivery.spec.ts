import { DeliveryDesk, deskKind, DUE_PER_LANE_MAX, judgeAnswer, type Outbox, retryAfterSeconds, retryDelaySeconds, wordFor } from './index.js';
import { deliveryKind, DELIVERY_KINDS, type DeliveryKind } from './delivery-kind.js';

const KIND: DeliveryKind = { schedule: { firstSeconds: 2, maxSeconds: 600 }, retriedToo: [], finalToo: [], byMail: false };
const answered = (status: number) => ({ outcome: 'answered' as const, status });
const failed = (fault: string) => ({ outcome: 'failed' as const, fault });

describe('Ours: what an answer means for a delivery', () => {
  it.each([200, 201, 202, 204, 299])('%i: delivered', (status) => {
    expect(judgeAnswer(KIND, answered(status))).toBe('delivered');
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('%i: later', (status) => {
    expect(judgeAnswer(KIND, answered(status))).toBe('retry');
  });

  it.each([400, 401, 403, 404, 405, 410, 422, 451])('%i: never again', (status) => {
    expect(judgeAnswer(KIND, answered(status))).toBe('given-up');
  });

  it.each(['timeout', 'connection', 'unresolved', 'busy', 'something a later release says'])('%s: later', (fault) => {
    expect(judgeAnswer(KIND, failed(fault))).toBe('retry');
  });

  it.each(['url', 'port', 'address', 'redirected'])('OUT-1, OUT-2, OUT-3 %s: never again', (fault) => {
    expect(judgeAnswer(KIND, failed(fault))).toBe('given-up');
  });

  it.each(['mail-refused', 'mail-address'])('RFC 5321 §4.2.1 %s: the server said so for good', (fault) => {
    expect(judgeAnswer(KIND, failed(fault))).toBe('given-up');
  });

  it.each(['mail-deferred', 'mail-login', 'mail-tls', 'mail-timeout', 'mail-connection'])('RFC 5321 §4.2.1 %s: later', (fault) => {
    expect(judgeAnswer(KIND, failed(fault))).toBe('retry');
  });

  it.each(['encoded', 'content_type', 'too_large'])('%s: it was taken; what it says does not matter', (fault) => {
    expect(judgeAnswer(KIND, failed(fault))).toBe('delivered');
  });

  it('a kind may see a status otherwise', () => {
    const kind = { ...KIND, retriedToo: [401], finalToo: [503] };
    expect([401, 503, 500].map((status) => judgeAnswer(kind, answered(status)))).toEqual(['retry', 'given-up', 'retry']);
  });

  it('is recorded in a word', () => {
    expect([wordFor(answered(503)), wordFor(failed('timeout'))]).toEqual(['503', 'timeout']);
  });

  it('Back-Channel Logout §2.8: 400 is final', () => {
    expect(judgeAnswer(DELIVERY_KINDS['backchannel-logout'], answered(400))).toBe('given-up');
  });

  it.each(['ping', 'push'] as const)('CIBA Core §10.2: 401 to a %s is final, 503 is not', (kind) => {
    expect([401, 403, 503].map((status) => judgeAnswer(DELIVERY_KINDS[kind], answered(status)))).toEqual(['given-up', 'given-up', 'retry']);
  });

  it('knows its kinds and no member of an object', () => {
    expect([deliveryKind('backchannel-logout'), deliveryKind('toString'), deliveryKind('__proto__')]).toEqual([DELIVERY_KINDS['backchannel-logout'], null, null]);
  });
});

describe('Ours: how long to wait', () => {
  const waits = (jitter: number) => [1, 2, 3, 8, 9, 10, 40, 2_000].map((attempt) => retryDelaySeconds(KIND.schedule, attempt, jitter));

  it('doubles, up to its bound, and never stops being a number', () => {
    expect(waits(0)).toEqual([1, 2, 4, 128, 256, 300, 300, 300]);
  });

  it('spreads over half of the interval', () => {
    expect(waits(0.5)).toEqual([1.5, 3, 6, 192, 384, 450, 450, 450]);
    expect(waits(0.999).every((seconds, index) => seconds < (waits(0)[index] ?? 0) * 2)).toBe(true);
  });

  it('RFC 9110 §10.2.3 stays away for as long as it is asked to, at most an hour, and never less than it would', () => {
    expect(retryDelaySeconds(KIND.schedule, 1, 0, 30)).toBe(30);
    expect(retryDelaySeconds(KIND.schedule, 1, 0, 86_400)).toBe(3_600);
    expect(retryDelaySeconds(KIND.schedule, 10, 0, 30)).toBe(300);
  });

  it.each([['120', 120], ['0', 0], [undefined, 0], ['', 0], ['-5', 0], ['1.5', 0], ['Wed, 21 Oct 2026 07:28:00 GMT', 0], ['9'.repeat(400), 0]])('Retry-After %j: %i s', (field, seconds) => {
    expect(retryAfterSeconds(field)).toBe(seconds);
  });
});

const MESSAGE = { transport: 'http' as const, url: 'https://client.example.org/out', headers: {}, body: 'x' };
const CLAIM = { kind: 'one', row: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', attempt: 1, claimId: '5f0c9e0a-3b1e-4b53-8f57-8a1f6a2d9c11' };

/** An outbox with one row, and what was done to it. */
function outbox(lane = 'a') {
  const done: string[] = [];
  const box: Outbox<string> = {
    claim: async ({ attempt }) => (done.push(`claim ${attempt}`), attempt === 1 ? 'row' : null),
    settle: async ({ outcome, answer }) => (done.push(`${outcome} ${answer}`), outcome),
    due: async (perLane, limit) => (done.push(`due ${perLane} ${limit}`), [{ row: CLAIM.row, attempt: 1, lane }]),
    backlog: async () => ({ waiting: 1, oldestSeconds: 5 }),
    list: async () => [{ row: CLAIM.row, lane, state: 'due', attempts: 0, answer: null, createdAt: '', nextAt: null, settledAt: null }],
  };
  return { box, done };
}

describe('Ours (decision 6): what an owner answers the worker', () => {
  it('hands out the finished message of a claimed row', async () => {
    const { box } = outbox();
    const desk = new DeliveryDesk({ one: deskKind({ outbox: box, finish: (row) => ({ ...MESSAGE, body: row }) }) });
    expect(await desk.claim(CLAIM)).toEqual({ message: { ...MESSAGE, body: 'row' } });
    expect(await desk.claim({ ...CLAIM, attempt: 2 })).toBeNull();
  });

  it('waits for a message that takes a while to make', async () => {
    const desk = new DeliveryDesk({ one: deskKind({ outbox: outbox().box, finish: async (row) => ({ ...MESSAGE, body: row }) }) });
    expect(await desk.claim(CLAIM)).toEqual({ message: { ...MESSAGE, body: 'row' } });
  });

  it('claims nothing while what it would need is missing', async () => {
    const { box, done } = outbox();
    const ready = () => {
      throw new RangeError('no lease');
    };
    const desk = new DeliveryDesk({ one: deskKind({ outbox: box, ready, finish: () => MESSAGE }) });
    await expect(desk.claim(CLAIM)).rejects.toThrow('no lease');
    expect(done).toEqual([]);
  });

  it('gives up what has nobody to go to any more', async () => {
    const { box, done } = outbox();
    const desk = new DeliveryDesk({ one: deskKind({ outbox: box, finish: () => null }) });
    expect(await desk.claim(CLAIM)).toBeNull();
    expect(done).toEqual(['claim 1', 'given-up no-receiver']);
  });

  it('names what is due of the kinds that were asked for, and measures only when asked', async () => {
    const [one, two] = [outbox('a'), outbox('b')];
    const desk = new DeliveryDesk({ one: deskKind({ outbox: one.box, finish: () => MESSAGE }), two: deskKind({ outbox: two.box, finish: () => MESSAGE }) });
    expect(await desk.due({ kinds: ['two', 'three'], measure: false })).toEqual({ due: [{ kind: 'two', row: CLAIM.row, attempt: 1, lane: 'b' }], backlog: [] });
    expect((await desk.due({ kinds: ['one', 'two'], measure: true })).backlog).toEqual([
      { kind: 'one', waiting: 1, oldestSeconds: 5 },
      { kind: 'two', waiting: 1, oldestSeconds: 5 },
    ]);
    expect(one.done).toEqual([`due ${DUE_PER_LANE_MAX} 512`]);
  });

  it('F15 a kind that owes more than one answer holds hides no other kind', async () => {
    const many = { ...outbox().box, due: async () => Array.from({ length: 512 }, (_, index) => ({ row: `row-${index}`, attempt: 1, lane: `lane-${index}` })) };
    const desk = new DeliveryDesk({ many: deskKind({ outbox: many, finish: () => MESSAGE }), few: deskKind({ outbox: outbox('b').box, finish: () => MESSAGE }) });
    const { due } = await desk.due({ kinds: ['many', 'few'], measure: false });
    expect(due).toHaveLength(512);
    expect(due.filter(({ kind }) => kind === 'few')).toHaveLength(1);
  });

  it.each(['three', 'toString', '__proto__'])('of the kind %s it owns nothing', async (kind) => {
    const { box, done } = outbox();
    const desk = new DeliveryDesk({ one: deskKind({ outbox: box, finish: () => MESSAGE }) });
    expect(await desk.claim({ ...CLAIM, kind })).toBeNull();
    expect(await desk.settle({ ...CLAIM, kind, outcome: 'delivered', retryInSeconds: 0, answer: '200' })).toEqual({ outcome: 'void' });
    expect(await desk.due({ kinds: [kind], measure: true })).toEqual({ due: [], backlog: [] });
    expect(await desk.list({ kind, lane: null, state: null, before: null, limit: 1 })).toEqual([]);
    expect(done).toEqual([]);
  });
});
