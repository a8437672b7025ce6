import { DELIVERY_OWNERS, type DeliveryContracts } from '@tessera/contracts';
import { Renewal, systemTimer, type Timer } from '@tessera/key-lease';
import { newCallContext, type ServiceClient } from '@tessera/messaging/calling';
import type { Logger, Metrics } from '@tessera/observability';
import type { Clock } from '@tessera/vocabulary';
import type { Reminders } from './delivery-queue.js';

/** Milliseconds between two questions. With the 30 s of a lease it makes 60 s the longest that a lost attempt waits (RED-4, F06, F10). */
export const SWEEP_MS = 15_000;
/** Milliseconds an owner has to answer. */
const DUE_MS_MAX = 5_000;

/** What the sweep stands on. */
export interface SweepOn {
  readonly services: Pick<ServiceClient, 'call'>;
  readonly reminders: Pick<Reminders, 'add'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly metrics: Metrics;
  readonly timer?: Timer;
}

/** Asks one owner what is due, again and again, and at once when told: so neither Redis nor an event has to be reliable (RED-4). */
export class DeliverySweep {
  private readonly renewal: Renewal;
  private readonly waiting;
  private readonly oldest;
  private measuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly contracts: DeliveryContracts,
    private readonly kinds: readonly string[],
    private readonly on: SweepOn,
    gauges: SweepGauges,
  ) {
    this.waiting = gauges.waiting;
    this.oldest = gauges.oldest;
    this.renewal = new Renewal({
      attempt: () => this.ask(),
      pauseMs: SWEEP_MS,
      needMs: SWEEP_MS,
      clock: on.clock,
      timer: on.timer ?? systemTimer,
      onFailure: (error, failures) => on.logger.warn('it is not known what is due; it is asked again', { subject: contracts.due.subject, attempt: failures, error }),
    });
  }

  start(): void {
    this.renewal.begin();
  }

  stop(): void {
    this.renewal.stop();
  }

  /** Something may be due. */
  now(): void {
    this.renewal.now();
  }

  private async ask(): Promise<void> {
    const now = this.on.clock.monotonicMs();
    const measure = now - this.measuredAtMs >= SWEEP_MS / 2;
    const { due, backlog } = await this.on.services.call(this.contracts.due, { kinds: [...this.kinds], measure }, newCallContext(DUE_MS_MAX));
    if (measure) this.measuredAtMs = now;
    for (const { kind, waiting, oldestSeconds } of backlog.filter((one) => this.kinds.includes(one.kind))) {
      this.waiting.set({ kind }, waiting);
      this.oldest.set({ kind }, oldestSeconds);
    }
    await this.on.reminders.add(due);
  }
}

type SweepGauges = ReturnType<typeof sweepGauges>;

function sweepGauges(metrics: Metrics) {
  return {
    waiting: metrics.gauge('deliveries_waiting', 'Deliveries that are not done, by kind.', ['kind']),
    oldest: metrics.gauge('delivery_oldest_seconds', 'For how long the oldest delivery has not been done, by kind.', ['kind']),
  };
}

/** One sweep for each owner. */
export function deliverySweeps(on: SweepOn): readonly DeliverySweep[] {
  const gauges = sweepGauges(on.metrics);
  const kindsOf = new Map<DeliveryContracts, string[]>();
  for (const [kind, contracts] of Object.entries(DELIVERY_OWNERS)) kindsOf.set(contracts, [...(kindsOf.get(contracts) ?? []), kind]);
  return [...kindsOf].map(([contracts, kinds]) => new DeliverySweep(contracts, kinds, on, gauges));
}
