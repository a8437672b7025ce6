import type { Metrics } from '@tessera/observability';

/** How long answers take, by endpoint and class of status: labels of a bounded set (SEC-5). */
export class RequestMetrics {
  private readonly seconds;

  constructor(metrics: Metrics) {
    this.seconds = metrics.seconds('http_request_seconds', 'Time from the first hook of a request to its answer.', ['endpoint', 'status']);
  }

  /** `elapsedMs` counts from the arrival of the headers. */
  answered(endpoint: string, status: number, elapsedMs: number): void {
    this.seconds.observe({ endpoint, status: `${Math.floor(status / 100)}xx` }, elapsedMs / 1_000);
  }
}
