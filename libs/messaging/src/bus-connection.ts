import type { ServiceName } from '@tessera/vocabulary';

/** What became of the connection, or what the server refused. */
export type BusStatus =
  | { readonly kind: 'connected' | 'disconnected' | 'closed' }
  | { readonly kind: 'permission-violation'; readonly operation: 'publish' | 'subscription'; readonly subject: string };

/** One message as it came from the bus. */
export interface BusMessage {
  readonly subject: string;
  /** Subject to answer on; empty where no answer is expected. */
  readonly reply: string;
  readonly payload: Uint8Array;
  /** NATS said on its own that nobody is subscribed to what was published (status 503). */
  readonly noResponders: boolean;
}

/** An interest in a subject. */
export interface BusSubscription {
  /** NATS does not permit it: nothing will ever arrive. Known after the next `flush`. */
  readonly refused: boolean;
  /** Ends the interest; resolves when every message the server had already routed here was delivered. */
  drain(): Promise<void>;
}

/** What calling and serving need of a {@link Bus}; `testing.ts` has one that stays inside the process. */
export interface BusConnection {
  readonly service: ServiceName;
  readonly instance: string;
  /** False from the moment the connection is lost until it is back. */
  readonly connected: boolean;
  /** Sends at once. The caller has looked at `connected`: what is sent without a connection is lost. */
  send(subject: string, payload: Uint8Array, reply?: string): void;
  /** `queue` null: every process hears every message. */
  subscribe(subject: string, queue: string | null, onMessage: (message: BusMessage) => void): BusSubscription;
  /** Resolves when the server has dealt with everything sent before. */
  flush(): Promise<void>;
  onStatus(listener: (status: BusStatus) => void): void;
}
