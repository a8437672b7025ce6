import type { EventContract, RequestContract } from '@tessera/contracts';
import { type Logger, type Metrics, silentLogger, type Span, traces } from '@tessera/observability';
import { OAuthError, Outage, PENDING_CALLS_MAX } from '@tessera/vocabulary';
import type { z } from 'zod';
import type { BusConnection, BusMessage, BusStatus } from '../bus-connection.js';
import type { CallContext } from '../call-context.js';
import { packFrames, ReplyItem, unpackFrame } from '../frame.js';
import { randomToken } from '../random-token.js';
import { problemsOf } from '../schema-problems.js';
import { TypedCall } from './pending-call.js';
import { RequestChannel } from './request-channel.js';

/** Where a {@link ServiceClient} reports. */
export interface ServiceClientOptions {
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/** 96 bits: whoever was not asked cannot guess where an answer is awaited. */
const NONCE_BYTES = 12;
const NONCE_LENGTH = 16;
/** After a restart of NATS the processes come back one by one, each within its reconnect wait and jitter. */
const SETTLING_MS = 1_000;

/** Calls other services by contract and tells them what happened. One per process, over one inbox subscription. */
export class ServiceClient {
  private readonly channels = new Map<RequestContract, RequestChannel>();
  private readonly channelsByNonce = new Map<string, RequestChannel>();
  private readonly inbox: string;
  private readonly logger: Logger;
  private readonly due = new Set<RequestChannel>();
  private readonly count: (subject: string, outcome: string, calls: number) => void;
  private lastId = 0;
  private settledAt = 0;

  constructor(
    private readonly bus: BusConnection,
    options: ServiceClientOptions = {},
  ) {
    this.logger = options.logger ?? silentLogger;
    const calls = options.metrics?.counter('bus_calls_total', 'Calls to other services by outcome.', ['subject', 'outcome']);
    this.count = (subject, outcome, number) => calls?.inc({ subject, outcome }, number);
    this.inbox = `_INBOX.${bus.service}.${bus.instance}.`;
    bus.subscribe(`${this.inbox}*`, null, (message) => this.receive(message));
    bus.onStatus((status) => this.notice(status));
  }

  /**
   * Asks the owner of the contract. Rejects with `OAuthError` (refused), `Outage` (no answer before the deadline, nobody
   * listening, bus away, overloaded, or an outage the owner reports) or `Incident` (a bug, here or there); with RangeError
   * only where the contract does not name this service as a caller.
   */
  call<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RequestContract<Request, Reply>,
    request: z.input<Request>,
    context: CallContext,
  ): Promise<z.output<Reply>> {
    if (!contract.callers.includes(this.bus.service)) {
      return Promise.reject(new RangeError(`${this.bus.service} is no caller of ${contract.subject}`));
    }
    const channel = this.channels.get(contract) ?? this.open(contract);
    const now = performance.now();
    if (context.deadline - now < 1) return Promise.reject(new Outage(contract.owner, 'no time was left to ask'));
    if (channel.size >= PENDING_CALLS_MAX) return Promise.reject(new Outage(contract.owner, 'too many calls are waiting'));
    const { subject } = contract;
    const { requestId, traceparent } = context;
    const span = traces.follows(traceparent) ? traces.call(subject, traceparent, { subject, requestId }) : null;
    return new Promise((resolve, reject) => {
      this.lastId += 1;
      const call = span === null
        ? new TypedCall(this.lastId, request, context, contract.reply, resolve, reject)
        : new TypedCall(this.lastId, request, context, contract.reply, recorded(span, resolve), failing(span, reject), span.traceparent);
      channel.begin(call, now);
    });
  }

  /** Tells the subscribers. Nobody may depend on it: without a connection, or with a slow subscriber, it is lost. */
  publish<Payload extends z.ZodType>(event: EventContract<Payload>, payload: z.input<Payload>): void {
    if (event.owner !== this.bus.service) throw new RangeError(`${event.subject} is for ${event.owner} to publish`);
    if (!this.bus.connected) return;
    const [frame] = packFrames([{ body: payload }], (_item, error) => {
      throw error;
    });
    if (frame !== undefined) this.bus.send(event.subject, frame.payload);
  }

  private open(contract: RequestContract): RequestChannel {
    const nonce = randomToken(NONCE_BYTES);
    const channel = new RequestChannel(contract, this.inbox + nonce, {
      bus: this.bus,
      logger: this.logger,
      flushLater: this.flushLater,
      settling: () => performance.now() < this.settledAt,
      count: this.count,
    });
    this.channels.set(contract, channel);
    this.channelsByNonce.set(nonce, channel);
    return channel;
  }

  private readonly flushLater = (channel: RequestChannel): void => {
    if (this.due.size === 0) setImmediate(this.endTurn);
    this.due.add(channel);
  };

  /** End of a turn of the event loop: all calls made in it go out together (decision 12). */
  private readonly endTurn = (): void => {
    const due = [...this.due];
    this.due.clear();
    for (const channel of due) channel.flush();
  };

  private receive(message: BusMessage): void {
    const token = message.subject.slice(this.inbox.length);
    const channel = this.channelsByNonce.get(token.slice(0, NONCE_LENGTH));
    const frame = Number(token.slice(NONCE_LENGTH));
    if (channel === undefined) return;
    if (message.noResponders) {
      channel.nobodyHeard(frame);
      return;
    }
    const items = unpackFrame(message.payload);
    if (items === null) this.logger.error('a reply is no frame', { bytes: message.payload.length });
    else this.settle(channel, frame, items);
  }

  private settle(channel: RequestChannel, frame: number, items: readonly unknown[]): void {
    let succeeded = 0;
    for (const item of items) {
      const parsed = ReplyItem.safeParse(item);
      if (!parsed.success) this.logger.error('an outcome on the bus is malformed', { subject: channel.name, detail: problemsOf(parsed.error) });
      else if (channel.settle(parsed.data, frame) === 'ok') succeeded += 1;
    }
    if (succeeded > 0) this.count(channel.name, 'ok', succeeded);
  }

  private notice(status: BusStatus): void {
    if (status.kind === 'connected') this.settledAt = performance.now() + SETTLING_MS;
    for (const channel of this.channels.values()) {
      if (status.kind === 'connected') channel.resume();
      if (status.kind === 'closed') channel.abandon();
      if (status.kind === 'permission-violation' && status.operation === 'publish') channel.refused(status.subject);
    }
  }
}

function recorded<Reply>(span: Span, fulfil: (reply: Reply) => void): (reply: Reply) => void {
  return (reply) => {
    span.end({ outcome: 'ok' });
    fulfil(reply);
  };
}

/** A refusal is an answer; everything else is a failure of this call. */
function failing(span: Span, fail: (error: Error) => void): (error: Error) => void {
  return (error) => {
    if (error instanceof OAuthError) span.end({ outcome: 'refusal', reason: error.reason });
    else if (error instanceof Outage) span.end({ outcome: 'outage', reason: error.dependency }, true);
    else span.end({ outcome: 'incident' }, true);
    fail(error);
  };
}
