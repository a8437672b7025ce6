import type { RequestContract } from '@tessera/contracts';
import type { Logger } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import type { BusConnection } from '../bus-connection.js';
import { fromFailure } from '../failure-envelope.js';
import { packFrames, type ReplyItem, type RequestItem } from '../frame.js';
import { Incident, newIncidentId } from '../incident.js';
import { problemsOf } from '../schema-problems.js';
import type { PendingCall } from './pending-call.js';

/** Between two attempts to be heard after the bus came back. */
const UNHEARD_RETRY_MS = 50;

/** What all channels of a process share. */
export interface ChannelSurroundings {
  readonly bus: BusConnection;
  readonly logger: Logger;
  /** Asks for `flush` at the end of this turn of the event loop. */
  flushLater(channel: RequestChannel): void;
  /** Whether the bus came back so recently that others may not be back yet. */
  settling(): boolean;
  /** Counts outcomes of calls. */
  count(subject: string, outcome: string, calls: number): void;
}

/**
 * The calls of one contract that this process makes. It batches (decision 12), resends by the contract's rule, holds calls
 * while the bus is away, and ends each at its own deadline.
 */
export class RequestChannel {
  private readonly subject: string;
  private readonly pending = new Map<number, PendingCall>();
  /** Calls to be sent with the next flush. */
  private readonly waiting = new Set<PendingCall>();
  private frames = 0;
  private retry: NodeJS.Timeout | undefined;
  private readonly attemptOver = (call: PendingCall): void => this.endAttempt(call);

  constructor(
    private readonly contract: RequestContract,
    /** `_INBOX.<service>.<instance>.<nonce>`: nobody who was not asked by this channel can know where it listens. */
    private readonly inbox: string,
    private readonly surroundings: ChannelSurroundings,
  ) {
    this.subject = `${contract.subject}.${surroundings.bus.service}`;
  }

  /** The contract's subject, for counting. */
  get name(): string {
    return this.contract.subject;
  }

  /** Calls without an outcome. */
  get size(): number {
    return this.pending.size;
  }

  begin(call: PendingCall, now: number): void {
    this.pending.set(call.id, call);
    this.startAttempt(call, now);
  }

  /** Sends what waits, unless the bus is away: then it goes on waiting until it is back or the time is over. */
  flush(): void {
    const { bus } = this.surroundings;
    if (this.waiting.size === 0 || !bus.connected) return;
    const now = performance.now();
    const items: RequestItem[] = [];
    // A call whose time is over stays behind for its timer: nobody would wait for the answer.
    for (const call of this.waiting) if (call.attemptEndsAt > now) items.push(call.item(now));
    this.waiting.clear();
    if (this.contract.batch) this.send(items);
    else for (const item of items) this.send([item]);
  }

  /** One outcome out of reply frame `frame`. Duplicates, and answers to calls that are over, find nothing here. */
  settle(item: ReplyItem, frame: number): 'ok' | 'other' {
    const call = this.pending.get(item.id);
    if (call === undefined) return 'other';
    if ('ok' in item) return this.succeed(call, item.ok) ? 'ok' : 'other';
    if (item.refusal !== undefined) this.finish(call, 'refusal', fromFailure(item, this.contract.owner));
    // What went wrong with an earlier attempt says nothing about the one under way.
    else if (call.frame !== frame) return 'other';
    else if (item.overloaded === true) this.turnAway(call);
    else if (item.expired === true) this.endAttempt(call);
    else this.finish(call, item.outage === undefined ? 'incident' : 'outage', fromFailure(item, this.contract.owner));
    return 'other';
  }

  /**
   * NATS 503: nobody heard this frame, so nobody is working on it. Right after a restart of NATS that only
   * says who was back first: what nobody heard may be said again, whatever the resend rule, until its attempt is over.
   */
  nobodyHeard(frame: number): void {
    if (this.surroundings.settling()) {
      for (const call of this.pending.values()) if (call.frame === frame) this.waiting.add(call);
      this.retry ??= setTimeout(() => this.again(), UNHEARD_RETRY_MS);
      return;
    }
    this.failWhere((call) => call.frame === frame, 'no_responders', () => new Outage(this.contract.owner, 'no replica is listening'));
  }

  /** NATS refuses what we publish here: waiting for an answer would be in vain. */
  refused(subject: string): void {
    if (subject !== this.subject) return;
    this.failWhere((call) => call.frame !== 0, 'outage', () => new Outage(this.contract.owner, 'the bus refuses the subject'));
  }

  /** The bus is back. What may be asked again is; what may not waits for an answer that may still come. */
  resume(): void {
    if (this.contract.resend === 'safe') for (const call of this.pending.values()) this.waiting.add(call);
    this.flush();
  }

  /** The connection is closed for good. */
  abandon(): void {
    clearTimeout(this.retry);
    this.failWhere(() => true, 'outage', () => new Outage('nats', 'the connection was closed'));
  }

  private again(): void {
    this.retry = undefined;
    this.flush();
  }

  private startAttempt(call: PendingCall, now: number): void {
    call.attemptEndsAt = Math.min(now + this.contract.deadlineMs, call.context.deadline);
    call.timer = setTimeout(this.attemptOver, call.attemptEndsAt - now, call);
    this.waiting.add(call);
    this.surroundings.flushLater(this);
  }

  /** The attempt's time is over; a lost answer may be asked for once more where the contract allows it and time is left. */
  private endAttempt(call: PendingCall): void {
    const { bus } = this.surroundings;
    const now = performance.now();
    clearTimeout(call.timer);
    const again = this.contract.resend === 'safe' && !call.resent && call.frame !== 0 && bus.connected && call.context.deadline - now >= 1;
    if (!again) {
      const missing = bus.connected ? this.contract.owner : 'nats';
      this.finish(call, 'timeout', new Outage(missing, `${this.contract.subject} was not answered in time`));
      return;
    }
    call.resent = true;
    this.startAttempt(call, now);
  }

  /** The replica did not begin, so even what must never be resent may go to another one: once. */
  private turnAway(call: PendingCall): void {
    if (call.turnedAway) {
      this.finish(call, 'overloaded', new Outage(this.contract.owner, 'overloaded'));
      return;
    }
    call.turnedAway = true;
    this.waiting.add(call);
    this.surroundings.flushLater(this);
  }

  private send(items: readonly RequestItem[]): void {
    for (const { items: packed, payload } of packFrames(items, (item, error) => this.cannotSend(item.id, error))) {
      this.frames += 1;
      for (const { id } of packed) {
        const call = this.pending.get(id);
        if (call !== undefined) call.frame = this.frames;
      }
      try {
        this.surroundings.bus.send(this.subject, payload, this.inbox + this.frames);
      } catch (error) {
        for (const { id } of packed) this.cannotSend(id, error);
      }
    }
  }

  private cannotSend(id: number, error: unknown): void {
    const call = this.pending.get(id);
    if (call !== undefined) this.finish(call, 'incident', this.incident(call, 'a request cannot be sent', error));
  }

  private succeed(call: PendingCall, reply: unknown): boolean {
    const problem = call.succeed(reply);
    if (problem === null) {
      this.forget(call);
      return true;
    }
    const misfit = new TypeError(`the reply of ${this.contract.subject} does not fit: ${problemsOf(problem)}`);
    this.finish(call, 'incident', this.incident(call, 'a reply does not fit its contract', misfit));
    return false;
  }

  private incident(call: PendingCall, message: string, error: unknown): Incident {
    const incident = newIncidentId();
    const { requestId, traceparent } = call.context;
    this.surroundings.logger.error(message, { incident, subject: this.contract.subject, requestId, traceparent, error });
    return new Incident(incident, this.surroundings.bus.service, { cause: error });
  }

  private failWhere(concerns: (call: PendingCall) => boolean, outcome: string, error: () => Outage): void {
    for (const call of [...this.pending.values()]) if (concerns(call)) this.finish(call, outcome, error());
  }

  private finish(call: PendingCall, outcome: string, error: Error | null): void {
    this.forget(call);
    this.surroundings.count(this.contract.subject, outcome, 1);
    call.fail(error ?? new Incident('empty-outcome', this.contract.owner));
  }

  private forget(call: PendingCall): void {
    clearTimeout(call.timer);
    this.pending.delete(call.id);
    this.waiting.delete(call);
  }
}
