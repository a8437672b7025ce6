import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type LabelValues, Tally } from './tally.js';

/** Buckets in seconds for what happens within one request. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of one process. Names have the prefix `tessera_`; label values must come from a bounded set, never from a
 * request (SEC-5), so the label names are fixed where a metric is made.
 */
export class Metrics {
  private readonly registry = new Registry();

  constructor(process: string) {
    this.registry.setDefaultLabels({ process });
    collectDefaultMetrics({ register: this.registry, prefix: 'tessera_' });
  }

  /** A number that only grows; its name ends in `_total`. The prefix `tessera_` is added here, for every kind. */
  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `tessera_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** A counter of at most two labels for the path of every request, its label values listed: see {@link Tally}. */
  tally<Label extends string>(name: string, help: string, names: readonly [Label] | readonly [Label, Label], values: LabelValues<Label>): Tally<Label> {
    const tally = new Tally(values, names);
    const collect = () => tally.take((labels, count) => counter.inc(labels, count));
    const counter: Counter<Label> = new Counter({ name: `tessera_${name}`, help, labelNames: [...names], registers: [this.registry], collect });
    return tally;
  }

  /**
   * A number that goes up and down.
   *
   * @param measure asked each time somebody looks, for what is only then worth knowing. What it throws is thrown by {@link exposition}.
   */
  gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[], measure?: (gauge: Gauge<Label>) => void | Promise<void>): Gauge<Label> {
    const settings = { name: `tessera_${name}`, help, labelNames: [...labelNames], registers: [this.registry] };
    if (measure === undefined) return new Gauge(settings);
    const gauge: Gauge<Label> = new Gauge({ ...settings, collect: () => measure(gauge) });
    return gauge;
  }

  /** Durations in seconds, in buckets that fit a request; the name ends in `_seconds`. */
  seconds<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Histogram<Label> {
    return new Histogram({
      name: `tessera_${name}`,
      help,
      labelNames: [...labelNames],
      buckets: LATENCY_BUCKETS,
      registers: [this.registry],
    });
  }

  /** The text format Prometheus reads. */
  exposition(): Promise<string> {
    return this.registry.metrics();
  }

  /** `Content-Type` of {@link exposition}. */
  get contentType(): string {
    return this.registry.contentType;
  }
}
