/** What a span is to the other side of a boundary (OpenTelemetry's span kinds). */
export type SpanKind = 'server' | 'client' | 'consumer';

/**
 * What may be said of a span: names of ours, ids we made, statuses and counts. There is no field that could hold a parameter, a
 * header, a body or an address with its query (SEC-2), and texts are scrubbed as those of a log line are.
 */
export interface SpanFacts {
  /** Name of a published route, or `none`. */
  readonly endpoint?: string;
  readonly method?: string;
  readonly status?: number;
  /** The id of the request at the edge: it is in the answer and in every log line. */
  readonly requestId?: string;
  /** Subject of a contract. */
  readonly subject?: string;
  /** Who called, as the subject proves. */
  readonly caller?: string;
  /** Name of a written statement. */
  readonly statement?: string;
  /** A kind of delivery. */
  readonly delivery?: string;
  readonly attempt?: number;
  /** How it ended, in the words of the metrics. */
  readonly outcome?: string;
  /** Why it was refused, by id (decision 7). */
  readonly reason?: string;
}

/** Work that is being recorded. */
export interface Span {
  /** W3C Trace Context §3.2 of what is done within: the parent-id is this span. */
  readonly traceparent: string;
  /** Adds what has become known. */
  note(facts: SpanFacts): void;
  /** Ends it, once. `failed` marks what went wrong on this side, which a refusal is not. */
  end(facts?: SpanFacts, failed?: boolean): void;
}

/** What makes spans; behind it is an SDK that is loaded only where traces are on. */
export interface SpanSource {
  /** @param parent traceparent of what it is part of; null where a trace begins. */
  begin(kind: SpanKind, name: string, parent: string | null, facts: SpanFacts): Span;
}
