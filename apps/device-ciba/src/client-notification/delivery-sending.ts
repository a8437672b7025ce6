import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { deliveryOwner, type DeliveryContracts } from '@tessera/contracts';
import { newCallContext, type ServiceClient } from '@tessera/messaging/calling';
import { type Logger, type Metrics, type Span, traces } from '@tessera/observability';
import type { OutboundHttp } from '@tessera/outbound-http';
import {
  type DeliveryAnswer,
  type DeliveryKind,
  deliveryKind,
  type DeliveryMessage,
  type DueDelivery,
  judgeAnswer,
  retryAfterSeconds,
  retryDelaySeconds,
  type SettlementOutcome,
  wordFor,
} from '@tessera/protocol/delivery';
import { type Clock, Outage } from '@tessera/vocabulary';
import type { Reminders } from './delivery-queue.js';
import { type LanePlaces, Lanes } from './lanes.js';
import type { MailTransport } from './mail-transport.js';

/** Milliseconds a claim may take: it reads a row and signs. */
const CLAIM_MS_MAX = 6_000;
/**
 * Milliseconds to get a settlement through, while the owner is away: what is not settled is sent again, so it is worth a while. With
 * claim and exchange before it, still within the lease.
 */
const SETTLE_MS_MAX = 15_000;
/** Milliseconds between two tries, and those one may take. */
const SETTLE_PAUSE_MS = 500;
const SETTLE_TRY_MS = 3_000;
/** Milliseconds after which the queue has forgotten a reminder that was turned away. Until then the same one is not added again. */
const TURNED_AWAY_MS = 500;

/**
 * Letters have many lanes and one server: while it hangs, they have this many places of the process and no more, so that clients are
 * told as promptly as ever (F15).
 */
const PLACES_OF_LETTERS: LanePlaces = { running: 16, waiting: 16 };

/** What sending stands on. */
export interface SendingOn {
  readonly services: Pick<ServiceClient, 'call'>;
  readonly http: Pick<OutboundHttp, 'send'>;
  readonly mail: MailTransport;
  readonly reminders: Pick<Reminders, 'add'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly metrics: Metrics;
  /** Asks for what is due, when a receiver that had too much has room again. */
  readonly roomAgain: (lane: string) => void;
}

interface Attempt {
  readonly due: DueDelivery;
  readonly claimId: string;
  readonly owner: DeliveryContracts;
  readonly policy: DeliveryKind;
}

/** Makes deliveries: claims, sends, judges, settles (decision 6). It keeps nothing; what it does not finish is due again. */
export class DeliverySending {
  private readonly lanes: Lanes;
  private readonly letters: Lanes;
  private readonly attempts;
  private readonly seconds;

  constructor(private readonly on: SendingOn) {
    this.lanes = new Lanes((lane) => void this.askAgain(lane));
    this.letters = new Lanes((lane) => void this.askAgain(lane), PLACES_OF_LETTERS);
    this.attempts = on.metrics.counter('delivery_attempts_total', 'Attempts at deliveries, by what was recorded.', ['kind', 'outcome']);
    this.seconds = on.metrics.seconds('delivery_attempt_seconds', 'How long receivers took.', ['kind']);
  }

  /** One attempt. Rejects when the owner does not answer: the delivery stays due, or is due again when its lease ends. */
  async deliver(due: DueDelivery): Promise<void> {
    const [owner, policy] = [deliveryOwner(due.kind), deliveryKind(due.kind)];
    if (owner === null || policy === null) throw new RangeError(`nobody owns deliveries of the kind ${due.kind}`);
    const attempt = () => this.recorded({ due, owner, policy, claimId: randomUUID() });
    // By kind as well: a person's letter that waits for the mail server holds up no notice to their browser.
    await this.lanes.run(`${due.kind} ${due.lane}`, policy.byMail ? async () => void (await this.letters.run(due.kind, attempt)) : attempt);
  }

  /** At once, and when those that were just turned away can be reminded of again: they would wait for the sweep otherwise. */
  private async askAgain(lane: string): Promise<void> {
    this.on.roomAgain(lane);
    await setTimeout(TURNED_AWAY_MS, undefined, { ref: false });
    this.on.roomAgain(lane);
  }

  /** No attempt begins any more; what is on its way goes on. */
  stop(): void {
    this.lanes.close();
    this.letters.close();
  }

  /** A delivery is a trace of its own: its row is all that is left of the request that wrote it, and says nothing of it. */
  private async recorded(made: Attempt): Promise<void> {
    const { kind, attempt } = made.due;
    const span = traces.begin('consumer', `deliver ${kind}`, newCallContext().traceparent, { delivery: kind, attempt });
    try {
      await traces.within(span, () => this.attempt(made, span));
      span?.end();
    } catch (error) {
      span?.end({ outcome: 'failed' }, true);
      throw error;
    }
  }

  private async attempt(made: Attempt, span: Span | null): Promise<void> {
    const { due: { kind, row, attempt }, owner, policy, claimId } = made;
    const { delivery } = await this.on.services.call(owner.claim, { kind, row, attempt, claimId }, newCallContext(CLAIM_MS_MAX));
    if (delivery === null) return;
    const took = this.seconds.startTimer({ kind });
    const answer = await this.sent(made.due, delivery.message);
    took();
    const outcome = judgeAnswer(policy, answer);
    span?.note({ outcome });
    const wish = retryAfterSeconds(answer.retryAfter);
    const retryInSeconds = outcome === 'retry' ? retryDelaySeconds(policy.schedule, attempt, randomInt(1_000) / 1_000, wish) : 0;
    await this.settle(made, outcome, retryInSeconds, wordFor(answer));
  }

  /** The receiver is told nothing of the trace: it is a stranger. Nor is its address said, which is the client's business. */
  private async sent(due: DueDelivery, message: DeliveryMessage): ReturnType<DeliverySending['send']> {
    const span = traces.child('client', `send ${message.transport}`, { delivery: due.kind });
    const answer = await this.send(due, message);
    span?.end({ outcome: answer.outcome, ...(answer.outcome === 'answered' ? { status: answer.status } : {}) }, answer.outcome !== 'answered');
    return answer;
  }

  private async send({ row }: DueDelivery, message: DeliveryMessage): Promise<DeliveryAnswer & { readonly retryAfter?: string | undefined }> {
    if (message.transport === 'mail') return await this.on.mail.send(row, message);
    const { url, headers, encoding } = message;
    const body = encoding === 'base64' ? Buffer.from(message.body, 'base64') : message.body;
    const answer = await this.on.http.send({ url, method: 'POST', accept: [], headers, body });
    return answer.outcome === 'answered' ? { ...answer, retryAfter: answer.headers['retry-after'] } : answer;
  }

  private async settle({ due, owner, claimId }: Attempt, outcome: SettlementOutcome, retryInSeconds: number, answer: string): Promise<void> {
    const { kind, row, attempt, lane } = due;
    const settlement = { kind, row, attempt, claimId, outcome, retryInSeconds, answer };
    const recorded = await this.throughOutages(() => this.on.services.call(owner.settle, settlement, newCallContext(SETTLE_TRY_MS)));
    this.attempts.inc({ kind, outcome: recorded.outcome });
    if (recorded.outcome === 'given-up') this.on.logger.warn('a delivery was given up', { action: kind, clientId: lane, attempt, reason: answer });
    // Without this reminder the sweep finds it, a little later.
    if (recorded.outcome === 'retry') await this.on.reminders.add([{ kind, row, attempt: attempt + 1, lane }], retryInSeconds);
  }

  /** Repeats what may be repeated until the owner answers, for as long as that is worth it. */
  private async throughOutages<Reply>(ask: () => Promise<Reply>): Promise<Reply> {
    const endMs = this.on.clock.monotonicMs() + SETTLE_MS_MAX;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Outage) || this.on.clock.monotonicMs() + SETTLE_PAUSE_MS > endMs) throw error;
        await setTimeout(SETTLE_PAUSE_MS);
      }
    }
  }
}
