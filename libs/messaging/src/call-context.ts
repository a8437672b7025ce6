import { REQUEST_BUDGET_MS, type ServiceName, type TeamName } from '@tessera/vocabulary';
import { randomHex, randomToken } from './random-token.js';

/** What accompanies a call: who it belongs to and how long its caller waits. */
export interface CallContext {
  /** The id of the request at the edge, the same over all hops. */
  readonly requestId: string;
  /** W3C Trace Context §3.2; its parent-id is the span of whoever makes the call. */
  readonly traceparent: string;
  /** Instant of `performance.now()` of this process until which the caller waits. It never leaves the process. */
  readonly deadline: number;
  /** Key under which the owner recognises the same mutating message sent again (decision 6): 1 to 128 characters. */
  readonly idempotencyKey?: string | null;
}

/** What a handler learns beside the request. Pass it on as the context of calls made on behalf of this one. */
export interface ServedCall extends CallContext {
  /** Who called, as the subject proves (decision 9), never as the body claims. */
  readonly caller: ServiceName;
  readonly idempotencyKey: string | null;
}

/** What a handler learns beside the request of a team. Pass it on as the context of calls made on behalf of this one. */
export interface TeamCall extends CallContext {
  /** Which team asks, as its account on the bus proves (decision 9), never as the body claims. */
  readonly team: TeamName;
  readonly idempotencyKey: string | null;
}

/** Digits of `00-<trace-id>-`, and of the parent-id behind them (W3C Trace Context §3.2.2). */
const TRACE_PREFIX_LENGTH = 36;
const SPAN_ID_BYTES = 8;

/** A context for work that begins in this process: an HTTP request at the edge, a run of a schedule. */
export function newCallContext(budgetMs: number = REQUEST_BUDGET_MS): CallContext {
  return {
    requestId: randomToken(12),
    // Not sampled: whoever begins a trace says so (W3C Trace Context §3.2.2.5.1).
    traceparent: `00-${randomHex(16)}-${randomHex(SPAN_ID_BYTES)}-00`,
    deadline: performance.now() + budgetMs,
  };
}

/** The traceparent one hop further: same trace and flags, a parent-id of its own (W3C Trace Context §3.2.2.4). */
export function childTraceparent(parent: string): string {
  return parent.slice(0, TRACE_PREFIX_LENGTH) + randomHex(SPAN_ID_BYTES) + parent.slice(TRACE_PREFIX_LENGTH + 2 * SPAN_ID_BYTES);
}
