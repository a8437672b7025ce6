import type { ServiceName } from '@tessera/vocabulary';
import type { BusConnection, BusMessage, BusStatus, BusSubscription } from '../bus-connection.js';
import { randomToken } from '../random-token.js';

interface Interest {
  readonly subject: string;
  readonly queue: string | null;
  readonly member: InMemoryBus;
  readonly onMessage: (message: BusMessage) => void;
}

/**
 * A NATS of one process for unit specs: queue groups, single-token wildcards and "no responders", in order and without
 * time. What really crosses a network is proven by the `*.io.spec.ts`.
 */
export class InMemoryNetwork {
  private readonly interests: Interest[] = [];
  private turn = 0;
  /** Every message that was sent, for a spec to look at. */
  readonly sent: { readonly subject: string; readonly reply: string | undefined; readonly payload: string }[] = [];

  join(service: ServiceName): InMemoryBus {
    return new InMemoryBus(this, service);
  }

  deliver(subject: string, payload: Uint8Array, reply?: string): void {
    this.sent.push({ subject, reply, payload: Buffer.from(payload).toString() });
    const heard = this.hearers(subject);
    for (const { onMessage } of heard) onMessage({ subject, reply: reply ?? '', payload, noResponders: false });
    if (heard.length > 0 || reply === undefined) return;
    for (const { onMessage } of this.hearers(reply)) onMessage({ subject: reply, reply: '', payload: new Uint8Array(), noResponders: true });
  }

  add(interest: Interest): BusSubscription {
    this.interests.push(interest);
    return { refused: false, drain: async () => void this.interests.splice(this.interests.indexOf(interest), 1) };
  }

  /** Everyone outside a queue group, and one member of each group in turn. */
  private hearers(subject: string): Interest[] {
    const matching = this.interests.filter((interest) => interest.member.connected && matches(interest.subject, subject));
    const groups = new Map<string, Interest[]>();
    for (const interest of matching) if (interest.queue !== null) groups.set(interest.queue, [...(groups.get(interest.queue) ?? []), interest]);
    this.turn += 1;
    const chosen = [...groups.values()].map((members) => members[this.turn % members.length]);
    return [...matching.filter(({ queue }) => queue === null), ...chosen.filter((member) => member !== undefined)];
  }
}

/** One process on an {@link InMemoryNetwork}. */
export class InMemoryBus implements BusConnection {
  readonly instance = randomToken(9);
  connected = true;
  private readonly listeners: ((status: BusStatus) => void)[] = [];

  constructor(
    private readonly network: InMemoryNetwork,
    readonly service: ServiceName,
  ) {}

  send(subject: string, payload: Uint8Array, reply?: string): void {
    if (this.connected) queueMicrotask(() => this.network.deliver(subject, payload, reply));
  }

  subscribe(subject: string, queue: string | null, onMessage: (message: BusMessage) => void): BusSubscription {
    return this.network.add({ subject, queue, member: this, onMessage });
  }

  async flush(): Promise<void> {}

  onStatus(listener: (status: BusStatus) => void): void {
    this.listeners.push(listener);
  }

  /** Loses or regains the connection, or hears another status. */
  become(status: BusStatus): void {
    if (status.kind !== 'permission-violation') this.connected = status.kind === 'connected';
    for (const listener of this.listeners) listener(status);
  }
}

function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  return wanted.length === given.length && wanted.every((token, index) => token === '*' || token === given[index]);
}
