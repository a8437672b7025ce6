/** Which way a request took through processes, and where its time went. Off until a collector is named. */
export { type ExportedSpans, exportSpans, type TraceExport } from './otlp-span-source.js';
export type { Span, SpanFacts, SpanKind, SpanSource } from './span.js';
export { readTraceparent } from './traceparent.js';
export { type Joined, Traces, traces } from './traces.js';
