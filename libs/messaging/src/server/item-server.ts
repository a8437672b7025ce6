import type { MessageHandler } from '@nestjs/microservices';
import type { RequestContract, TeamRequestContract } from '@tessera/contracts';
import { type Logger, type Metrics, type Span, traces } from '@tessera/observability';
import { OAuthError, Outage, ServiceName, TeamName } from '@tessera/vocabulary';
import type { BusConnection, BusMessage } from '../bus-connection.js';
import type { ServedCall, TeamCall } from '../call-context.js';
import { toFailure } from '../failure-envelope.js';
import { idOf, type ReplyItem, RequestItem, unpackFrame } from '../frame.js';
import { newIncidentId } from '../incident.js';
import { problemsOf } from '../schema-problems.js';
import { handlerOutcome } from './handler-outcome.js';
import { OutcomeTally } from './outcome-tally.js';
import { ReplyCollector } from './reply-collector.js';
import { type EventLoop, nodeEventLoop, TurnQueue } from './turn-queue.js';

/** What is served: requests of services and of teams. */
type ServedRequest = RequestContract | TeamRequestContract;

interface ItemServerOptions {
  readonly inflightMax: number;
  readonly logger: Logger;
  readonly metrics: Metrics | undefined;
  /** Specs pass their own. */
  readonly loop?: EventLoop;
}

/** An item that was accepted: from here on exactly one outcome goes back for it. */
interface AcceptedItem {
  readonly id: number;
  readonly reply: string;
  readonly contract: ServedRequest;
  readonly handler: MessageHandler;
  readonly body: unknown;
  readonly call: ServedCall | TeamCall;
}

/**
 * Works on items, each on its own (decision 12): started on arrival, answered when ready, failing alone, not run when its
 * time is over, refused with `overloaded` when this process has enough.
 */
export class ItemServer {
  private readonly loop: EventLoop;
  private readonly queue: TurnQueue<AcceptedItem>;
  private readonly replies: ReplyCollector;
  private readonly logger: Logger;
  private readonly tally: OutcomeTally;
  private readonly inflightGauge: { set(items: number): void } | undefined;
  private accepted = 0;
  private idleWaiters: (() => void)[] = [];

  constructor(
    bus: BusConnection,
    private readonly options: ItemServerOptions,
  ) {
    this.logger = options.logger;
    this.loop = options.loop ?? nodeEventLoop;
    this.queue = new TurnQueue(
      (item) => void this.run(item),
      () => this.endTurn(),
      this.loop,
    );
    this.replies = new ReplyCollector(bus, (item, error) => this.unsendable(item, error));
    this.tally = new OutcomeTally(options.metrics);
    this.inflightGauge = options.metrics?.gauge('bus_inflight_items', 'Items accepted and not yet answered.', []);
    bus.onStatus((status) => {
      if (status.kind === 'connected') this.replies.flush();
    });
  }

  /** Items accepted and not yet answered. */
  get inflight(): number {
    return this.accepted;
  }

  /** Resolves when nothing is in flight and every outcome was handed to the bus. */
  async idle(): Promise<void> {
    if (this.accepted > 0) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
    this.replies.flush();
  }

  /** What to do with the frames of one contract. */
  serve(contract: ServedRequest, handler: MessageHandler): (message: BusMessage) => void {
    const prefixLength = contract.subject.length + 1;
    return (message) => {
      const caller = callerOf(contract, message.subject.slice(prefixLength));
      const items = unpackFrame(message.payload);
      // NATS enforces the callers; this is the second look (NAT-4). NATS lets one reply through to a team, so a frame of theirs has one item.
      if (items === null || caller === null || (contract.kind === 'team-request' && items.length > 1)) {
        this.logger.error('refused a frame', { subject: message.subject, bytes: message.payload.length });
        return;
      }
      const arrivedAt = this.loop.monotonicMs();
      for (const item of items) this.accept(item, { contract, handler, reply: message.reply, caller, arrivedAt });
    };
  }

  private accept(item: unknown, arrival: Arrival): void {
    const { contract, handler, reply, caller, arrivedAt } = arrival;
    const parsed = RequestItem.safeParse(item);
    if (!parsed.success) {
      this.refuseMalformed(item, arrival, problemsOf(parsed.error));
      return;
    }
    const { id, ms, tp, rid, key, body } = parsed.data;
    const deadline = arrivedAt + ms;
    if (this.accepted >= this.options.inflightMax) {
      this.answer(reply, { id, overloaded: true }, deadline);
      this.tally.add(contract.subject, 'overloaded');
      return;
    }
    this.accepted += 1;
    const call = { requestId: rid, traceparent: tp, ...caller, deadline, idempotencyKey: key ?? null };
    this.queue.add({ id, reply, contract, handler, body, call });
  }

  private async run(item: AcceptedItem): Promise<void> {
    const { id, reply, contract, call } = item;
    const span = traces.follows(call.traceparent) ? spanOf(contract, call) : null;
    const outcome = await this.outcomeOf(item, span);
    this.answer(reply, { id, ...outcome }, call.deadline);
    const name = nameOf(outcome);
    span?.end({ outcome: name, ...reasonOf(outcome) }, name === 'outage' || name === 'incident');
    this.tally.add(contract.subject, name);
    this.accepted -= 1;
    if (this.accepted > 0) return;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private async outcomeOf({ contract, handler, body, call }: AcceptedItem, span: Span | null): Promise<Omit<ReplyItem, 'id'>> {
    if (this.loop.monotonicMs() >= call.deadline) return { expired: true };
    try {
      const request = contract.request.safeParse(body);
      if (!request.success) throw misfit(contract, problemsOf(request.error));
      const answered = () => handlerOutcome(handler(request.data, call));
      const reply = await (span === null ? answered() : traces.within(span, answered));
      return { ok: reply ?? null };
    } catch (thrown) {
      if (thrown instanceof Outage) this.warn(contract, call, thrown);
      return toFailure(thrown, (bug) => this.incident('a handler failed', { contract, call, error: bug }));
    }
  }

  /** Answered at the end of this turn, together with whatever else is ready by then. */
  private answer(reply: string, item: ReplyItem, wantedUntil: number): void {
    this.replies.add(reply, item, wantedUntil);
    this.queue.openTurn();
  }

  private endTurn(): void {
    this.replies.flush();
    this.tally.flush();
    this.inflightGauge?.set(this.accepted);
  }

  private refuseMalformed(item: unknown, { contract, reply, caller, arrivedAt }: Arrival, problems: string): void {
    const incident = newIncidentId();
    this.logger.error('an item is malformed', { incident, subject: contract.subject, source: nameOfCaller(caller), detail: problems });
    const id = idOf(item);
    if (id !== null) this.answer(reply, { id, incident: { id: incident } }, arrivedAt + contract.deadlineMs);
  }

  private unsendable({ id }: ReplyItem, error: unknown): ReplyItem {
    const incident = newIncidentId();
    this.logger.error('a reply cannot be sent', { incident, error });
    return { id, incident: { id: incident } };
  }

  private warn({ subject }: ServedRequest, { requestId, traceparent }: ServedCall | TeamCall, error: Outage): void {
    this.logger.warn('a handler lacked something', { subject, requestId, traceparent, dependency: error.dependency, error });
  }

  private incident(message: string, { contract, call, error }: { contract: ServedRequest; call: ServedCall | TeamCall; error: unknown }): string {
    const incident = newIncidentId();
    const { requestId, traceparent } = call;
    this.logger.error(message, { incident, subject: contract.subject, source: nameOfCaller(call), requestId, traceparent, error });
    return incident;
  }
}

interface Arrival {
  readonly contract: ServedRequest;
  readonly handler: MessageHandler;
  readonly reply: string;
  readonly caller: Caller;
  readonly arrivedAt: number;
}

/** Who asks: one of the services, or a team. */
type Caller = Pick<ServedCall, 'caller'> | Pick<TeamCall, 'team'>;

function callerOf(contract: ServedRequest, token: string): Caller | null {
  if (contract.kind === 'team-request') {
    const team = TeamName.safeParse(token);
    return team.success ? { team: team.data } : null;
  }
  const caller = ServiceName.safeParse(token);
  return caller.success && contract.callers.includes(caller.data) ? { caller: caller.data } : null;
}

function nameOfCaller(caller: Caller): string {
  return 'team' in caller ? caller.team : caller.caller;
}

/** What a service of ours sends wrongly is a bug; what a team does is theirs to correct. */
function misfit(contract: ServedRequest, problems: string): Error {
  if (contract.kind === 'team-request') return new OAuthError('team_request.malformed', { problems });
  return new TypeError(`the request does not fit: ${problems}`);
}

function nameOf(outcome: Omit<ReplyItem, 'id'>): string {
  if ('ok' in outcome) return 'ok';
  if (outcome.expired === true) return 'expired';
  if (outcome.refusal !== undefined) return 'refusal';
  return outcome.outage === undefined ? 'incident' : 'outage';
}

function spanOf({ subject }: ServedRequest, call: ServedCall | TeamCall): Span | null {
  return traces.continue('server', subject, call.traceparent, { subject, requestId: call.requestId, caller: nameOfCaller(call) });
}

function reasonOf({ refusal, outage }: Omit<ReplyItem, 'id'>): { readonly reason?: string } {
  const reason = refusal?.reason ?? outage?.dependency;
  return reason === undefined ? {} : { reason };
}
