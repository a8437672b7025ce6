import type { COMMON_SETTINGS, Configuration } from '@tessera/configuration';
import { exportSpans, type TraceExport, traces } from '@tessera/observability';

/** Traces of this process, and how they end. */
export interface RunningTraces {
  /** What is begun from now on is not recorded; what was is sent, for at most 5 s. */
  stop(): Promise<void>;
}

const OFF: RunningTraces = { stop: () => Promise.resolve() };

/** Records traces where a collector is named. Elsewhere nothing of it is loaded. */
export async function startTraces(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio }: Pick<Configuration<typeof COMMON_SETTINGS>, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG'>,
  to: Omit<TraceExport, 'endpoint'>,
): Promise<RunningTraces> {
  if (endpoint === undefined) return OFF;
  const spans = await exportSpans({ ...to, endpoint });
  traces.switchOn(spans, ratio);
  return {
    stop: async () => {
      traces.switchOff();
      await spans.stop();
    },
  };
}
