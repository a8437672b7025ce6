import { randomUUID } from 'node:crypto';
import { DEVICE_CIBA_DELIVERIES, type RequestContract } from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging/calling';
import { Metrics, silentLogger } from '@tessera/observability';
import type { DeliveryAnswer, DueDelivery } from '@tessera/protocol/delivery';
import { systemClock } from '@tessera/vocabulary';
import { DeliverySending } from './delivery-sending.js';
import { answered } from './testing.js';

const LETTER = { transport: 'mail' as const, to: 'jane@example.com', subject: 'Somebody asks', text: 'Open your approvals.' };
const CALL = { transport: 'http' as const, url: 'https://client.example.org/', headers: {}, body: '{}' };
const due = (kind: string, lane: string): DueDelivery => ({ kind, lane, row: randomUUID(), attempt: 1 });

/** Sending whose mail server answers when it is let to. */
function sending() {
  const waiting: ((answer: DeliveryAnswer) => void)[] = [];
  const settled: { readonly kind: string; readonly outcome: string; readonly answer: string }[] = [];
  let asked = 0;
  const call = (async (contract: RequestContract, request: { readonly kind: string; readonly outcome: string; readonly answer: string }): Promise<unknown> => {
    if (contract === DEVICE_CIBA_DELIVERIES.claim) return { delivery: { message: request.kind === 'email' ? LETTER : CALL } };
    settled.push(request);
    return { outcome: request.outcome };
  }) as ServiceClient['call'];
  const made = new DeliverySending({
    services: { call },
    http: { send: async () => answered(200) },
    mail: { send: () => new Promise((resolve) => waiting.push(resolve)) },
    reminders: { add: async () => {} },
    clock: systemClock,
    logger: silentLogger,
    metrics: new Metrics('worker'),
    roomAgain: () => (asked += 1),
  });
  return { made, waiting, settled, asked: () => asked };
}

describe('F15 a mail server that hangs', () => {
  it('has a few places for all letters together; clients are told meanwhile, and letters go on when it answers', async () => {
    const { made, waiting, settled, asked } = sending();
    const letters = Array.from({ length: 100 }, (_, person) => made.deliver(due('email', `person-${person}`)));
    await made.deliver(due('ping', 'client'));
    await made.deliver(due('web-push', 'person-1'));
    expect(settled).toMatchObject([{ kind: 'ping', outcome: 'delivered' }, { kind: 'web-push', outcome: 'delivered' }]);
    expect(waiting).toHaveLength(16);
    for (let sent = 0; sent < 32; sent += 1) {
      waiting[sent]?.({ outcome: 'answered', status: 200 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(letters);
    expect(settled.filter(({ kind }) => kind === 'email')).toHaveLength(32);
    expect(asked()).toBeGreaterThan(0);
  });
});

describe('RFC 5321 §4.2.1 what the mail server said is what is recorded', () => {
  it.each([
    ['mail-deferred', 'retry'],
    ['mail-refused', 'given-up'],
  ])('%s: %s', async (fault, outcome) => {
    const { made, waiting, settled } = sending();
    const letter = made.deliver(due('email', 'person'));
    await new Promise((resolve) => setImmediate(resolve));
    waiting[0]?.({ outcome: 'failed', fault });
    await letter;
    expect(settled).toMatchObject([{ kind: 'email', outcome, answer: fault }]);
  });
});
