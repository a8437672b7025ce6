import { silentLogger, type Logger, type Metrics } from '@tessera/observability';
import type { ServiceName } from '@tessera/vocabulary';
import { Events, type Msg, type NatsConnection, type Status } from 'nats';
import type { BusConnection, BusMessage, BusStatus, BusSubscription } from './bus-connection.js';
import type { BusIdentity } from './bus-identity.js';
import { connectToNats } from './nats-connection.js';

/** How a {@link Bus} connects and where it reports. */
export interface BusOptions {
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** Milliseconds to try for the first connection, then `Outage('nats')`. Without it the first attempt never ends. */
  readonly firstConnectMs?: number;
}

const CLOSE_FLUSH_MS = 1_000;

/**
 * The connection of one process to NATS. It reconnects for ever and buffers nothing: what cannot be sent now is held by
 * whoever wanted to send it, because only they know when it stops being worth sending.
 */
export class Bus implements BusConnection {
  private readonly listeners: ((status: BusStatus) => void)[] = [];
  private online = true;
  private violations = 0;

  private constructor(
    private readonly identity: BusIdentity,
    private readonly nats: NatsConnection,
    private readonly logger: Logger,
  ) {}

  /** Throws `Outage('nats')` when `firstConnectMs` is over, RangeError for an identity that cannot be a subject token. */
  static async connect(identity: BusIdentity, options: BusOptions = {}): Promise<Bus> {
    const logger = options.logger ?? silentLogger;
    const bus = new Bus(identity, await connectToNats(identity, logger, options.firstConnectMs ?? Infinity), logger);
    if (options.metrics !== undefined) measure(bus, options.metrics);
    void bus.watch();
    return bus;
  }

  get service(): ServiceName {
    return this.identity.service;
  }

  get instance(): string {
    return this.identity.instance;
  }

  get connected(): boolean {
    return this.online;
  }

  /** Publishes and subscriptions the server refused since the start. Above zero the process must not be ready. */
  get permissionViolations(): number {
    return this.violations;
  }

  onStatus(listener: (status: BusStatus) => void): void {
    this.listeners.push(listener);
  }

  send(subject: string, payload: Uint8Array, reply?: string): void {
    this.nats.publish(subject, payload, reply === undefined ? undefined : { reply });
  }

  subscribe(subject: string, queue: string | null, onMessage: (message: BusMessage) => void): BusSubscription {
    let refused = false;
    const subscription = this.nats.subscribe(subject, {
      ...(queue === null ? {} : { queue }),
      callback: (error, message) => {
        // The only error there is; it is counted where it arrives a second time, as a status.
        if (error !== null) refused = true;
        else this.deliver(message, onMessage);
      },
    });
    return {
      get refused() {
        return refused;
      },
      drain: () => subscription.drain(),
    };
  }

  flush(): Promise<void> {
    return this.nats.flush();
  }

  /** Sends what is still to be sent and disconnects. Calls that wait for an answer end as outages. */
  async close(): Promise<void> {
    if (this.nats.isClosed()) return;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_FLUSH_MS)));
    await Promise.race([this.nats.flush().catch(() => {}), bound]);
    clearTimeout(timer);
    this.online = false;
    await this.nats.close();
  }

  /** What is thrown inside a callback of the NATS client ends its reading for good: one message must not do that (F31). */
  private deliver(message: Msg, onMessage: (message: BusMessage) => void): void {
    try {
      onMessage(received(message));
    } catch (error) {
      this.logger.error('a message could not be handled', { subject: message.subject, error });
    }
  }

  private async watch(): Promise<void> {
    for await (const status of this.nats.status()) this.notice(status);
    this.became('closed');
  }

  private notice(status: Status): void {
    if (status.type === Events.Disconnect) this.became('disconnected');
    if (status.type === Events.Reconnect) this.became('connected');
    if (status.permissionContext === undefined) return;
    this.violations += 1;
    const { operation, subject } = status.permissionContext;
    this.logger.error('NATS refused a subject', { subject, action: operation });
    this.tell({ kind: 'permission-violation', operation: operation === 'publish' ? 'publish' : 'subscription', subject });
  }

  private became(kind: 'connected' | 'disconnected' | 'closed'): void {
    this.online = kind === 'connected';
    this.logger[kind === 'disconnected' ? 'warn' : 'info'](`NATS ${kind}`);
    this.tell({ kind });
  }

  private tell(status: BusStatus): void {
    for (const listener of this.listeners) listener(status);
  }
}

function received(message: Msg): BusMessage {
  const { subject, reply = '', data: payload } = message;
  return { subject, reply, payload, noResponders: payload.length === 0 && message.headers?.code === 503 };
}

function measure(bus: Bus, metrics: Metrics): void {
  const connected = metrics.gauge('bus_connected', '1 while the process is connected to NATS.', []);
  const violations = metrics.counter('bus_permission_violations_total', 'Publishes and subscriptions NATS refused.', ['operation']);
  connected.set(1);
  bus.onStatus((status) => {
    if (status.kind === 'permission-violation') violations.inc({ operation: status.operation });
    else connected.set(status.kind === 'connected' ? 1 : 0);
  });
}
