import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Context, Tracer } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { scrubbed } from '../log-fields.js';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import type { Span, SpanFacts, SpanKind, SpanSource } from './span.js';

/** Milliseconds one delivery to the collector may take, its repetitions included, and those a stop waits for the last one. */
const EXPORT_MS_MAX = 5_000;
/** Spans kept for the collector; more are dropped, for what watches must not fill what is watched (I12). */
const QUEUE_MAX = 4_096;
const BATCH_MAX = 512;
const BATCH_MS = 2_000;
/** Where a trace-id, a parent-id and the flags stand in a traceparent. */
const TRACE_ID = [3, 35] as const;
const PARENT_ID = [36, 52] as const;

/** Names of the facts as collectors know them (OpenTelemetry semantic conventions), ours where there is none. */
const ATTRIBUTES: Readonly<Record<keyof SpanFacts, string>> = {
  endpoint: 'http.route',
  method: 'http.request.method',
  status: 'http.response.status_code',
  requestId: 'tessera.request_id',
  subject: 'rpc.method',
  caller: 'tessera.caller',
  statement: 'db.operation.name',
  delivery: 'tessera.delivery',
  attempt: 'tessera.attempt',
  outcome: 'tessera.outcome',
  reason: 'error.type',
};
const SYSTEMS: readonly (readonly [keyof SpanFacts, Attributes])[] = [
  ['subject', { 'rpc.system.name': 'nats' }],
  ['statement', { 'db.system.name': 'postgresql' }],
];

/** Where spans go, and what is said of who sends them. */
export interface TraceExport {
  /** The OTLP/HTTP address of a collector, without the path of the signal. */
  readonly endpoint: string;
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly metrics: Metrics;
}

/** Spans on their way to a collector. */
export interface ExportedSpans extends SpanSource {
  /** Sends what was not sent yet, for at most 5 s, and lets go of the connection. Never rejects. */
  stop(): Promise<void>;
}

/** Loads the SDK and begins to export by OTLP/HTTP, in JSON. A collector that is away costs spans and nothing else. */
export async function exportSpans(to: TraceExport): Promise<ExportedSpans> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = told(new OTLPTraceExporter({ url: `${to.endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: EXPORT_MS_MAX }), to);
  const processor = new sdk.BatchSpanProcessor(exporter, {
    maxQueueSize: QUEUE_MAX, maxExportBatchSize: BATCH_MAX, scheduledDelayMillis: BATCH_MS, exportTimeoutMillis: EXPORT_MS_MAX,
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.namespace': 'tessera', 'service.name': to.service, 'service.instance.id': to.instance, 'service.version': to.version }),
    // Whether a trace is recorded was decided before a span is made.
    sampler: new sdk.AlwaysOnSampler(),
    spanProcessors: [processor],
  });
  const source = spanSource(api, provider.getTracer('tessera'));
  return { begin: source, stop: () => stopped(provider) };
}

function spanSource({ ROOT_CONTEXT, SpanKind: Kind, SpanStatusCode, trace, TraceFlags }: typeof OpenTelemetry, tracer: Tracer): SpanSource['begin'] {
  const kinds = { server: Kind.SERVER, client: Kind.CLIENT, consumer: Kind.CONSUMER } as const satisfies Record<SpanKind, number>;
  const contextOf = (parent: string | null): Context =>
    parent === null
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId: parent.slice(...TRACE_ID), spanId: parent.slice(...PARENT_ID), traceFlags: TraceFlags.SAMPLED, isRemote: true });
  return (kind, name, parent, facts): Span => {
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes: attributesOf(facts) }, contextOf(parent));
    const { traceId, spanId } = span.spanContext();
    return {
      traceparent: `00-${traceId}-${spanId}-01`,
      note: (more) => void span.setAttributes(attributesOf(more)),
      end: (more, failed = false) => {
        if (more !== undefined) span.setAttributes(attributesOf(more));
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
}

function attributesOf(facts: SpanFacts): Attributes {
  const attributes: Attributes = {};
  let name: keyof SpanFacts;
  for (name in facts) {
    const value = facts[name];
    if (value !== undefined) attributes[ATTRIBUTES[name]] = typeof value === 'string' ? clean(value) : value;
  }
  for (const [having, said] of SYSTEMS) if (facts[having] !== undefined) Object.assign(attributes, said);
  return attributes;
}

/** Texts that were found clean: nearly all are names of ours, and looking for secrets costs more than the span. */
const found = new Map<string, string>();
const FOUND_MAX = 1_000;

function clean(text: string): string {
  const known = found.get(text);
  if (known !== undefined) return known;
  const cleaned = scrubbed(text);
  // Ids are of one request and fill it now and then; then it begins anew.
  if (found.size >= FOUND_MAX) found.clear();
  found.set(text, cleaned);
  return cleaned;
}

/** An exporter whose outcomes are counted, and whose outages are said once each. */
function told(exporter: SpanExporter, { logger, metrics }: TraceExport): SpanExporter {
  const counts = metrics.tally('trace_spans_total', 'Spans handed to the collector, by what became of them.', ['outcome'], { outcome: ['exported', 'lost'] });
  let away = false;
  return {
    export: (spans: ReadableSpan[], done) =>
      exporter.export(spans, (result) => {
        const lost = result.code !== 0;
        for (let span = 0; span < spans.length; span += 1) counts.add(lost ? 'lost' : 'exported');
        if (lost && !away) logger.warn('the collector of traces does not answer', { dependency: 'collector', error: result.error });
        if (!lost && away) logger.info('the collector of traces is back', { dependency: 'collector' });
        away = lost;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

async function stopped(provider: { shutdown(): Promise<void> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, EXPORT_MS_MAX)));
  // What cannot be sent has been counted and said.
  await Promise.race([provider.shutdown().catch(() => {}), over]);
  clearTimeout(timer);
}
