import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { type Logger, type Metrics, silentLogger } from '@tessera/observability';
import { DRAIN_MS_MAX, INFLIGHT_ITEMS_MAX, Outage } from '@tessera/vocabulary';
import type { BusConnection, BusSubscription } from '../bus-connection.js';
import { EventReceiver } from './event-receiver.js';
import { ItemServer } from './item-server.js';
import { SERVED, ServedContract } from './serves.js';

/** Limits of a {@link NatsTransport} and where it reports. */
export interface NatsTransportOptions {
  /** Items this process works on at the same time; above it they are answered `overloaded`. */
  readonly inflightMax?: number;
  /** Milliseconds `close` waits for what was accepted. */
  readonly graceMs?: number;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/**
 * Nest's server side of the bus. Requests come on `<subject>.<caller>` in the queue group named after the service, so one
 * replica gets each; events come to every process.
 */
export class NatsTransport extends Server implements CustomTransportStrategy {
  private readonly log: Logger;
  private readonly items: ItemServer;
  private readonly events: EventReceiver;
  private readonly graceMs: number;
  private readonly subscriptions = new Map<string, BusSubscription>();

  constructor(
    private readonly bus: BusConnection,
    options: NatsTransportOptions = {},
  ) {
    super();
    this.log = options.logger ?? silentLogger;
    this.graceMs = options.graceMs ?? DRAIN_MS_MAX;
    this.items = new ItemServer(bus, { inflightMax: options.inflightMax ?? INFLIGHT_ITEMS_MAX, logger: this.log, metrics: options.metrics });
    this.events = new EventReceiver(this.log);
  }

  /** Items accepted and not yet answered. */
  get inflight(): number {
    return this.items.inflight;
  }

  /** Subscribes every handler and calls back when NATS has accepted all of them; a refused one is an error. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      for (const [pattern, handler] of this.messageHandlers) this.subscriptions.set(pattern, this.subscribe(pattern, handler));
      await this.bus.flush();
      const refused = [...this.subscriptions].filter(([, subscription]) => subscription.refused).map(([pattern]) => pattern);
      if (refused.length > 0) throw new Outage('nats', `may not subscribe to ${refused.join(', ')}`);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /**
   * Stop being routed to, finish what was routed here before, answer it, leave nothing in a buffer. Takes
   * as long as the work that is left, at most `graceMs`.
   */
  async close(): Promise<void> {
    const subscriptions = [...this.subscriptions.values()];
    this.subscriptions.clear();
    if (subscriptions.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<'over'>((resolve) => (timer = setTimeout(resolve, this.graceMs, 'over')));
    const outcome = await Promise.race([this.drain(subscriptions), over]);
    clearTimeout(timer);
    if (outcome === 'over') this.log.error('stopped with requests unanswered', { count: this.items.inflight });
  }

  private async drain(subscriptions: readonly BusSubscription[]): Promise<void> {
    await Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
    await this.items.idle();
    await this.bus.flush().catch(() => {});
  }

  private subscribe(pattern: string, handler: MessageHandler): BusSubscription {
    const mark: unknown = handler.extras?.[SERVED];
    if (!(mark instanceof ServedContract)) throw new RangeError(`${pattern} is served without a contract: use @Serves or @Subscribes`);
    const { contract } = mark;
    if (contract.kind === 'event') return this.bus.subscribe(contract.subject, null, this.events.receive(contract, handler));
    const { service } = this.bus;
    if (contract.owner !== service) throw new RangeError(`${pattern} is for ${contract.owner} to serve`);
    return this.bus.subscribe(`${contract.subject}.*`, service, this.items.serve(contract, handler));
  }

  /** Nest asks for it; this transport has no events to listen to. */
  on(): void {}

  unwrap<T>(): T {
    throw new RangeError('the connection is the Bus that was passed in');
  }
}
