import type { Logger, LogFields, Metrics } from '@tessera/observability';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { type ErrorAnswer, expectedOf } from './error-answer.js';

/** Where a failed request came from and went, in bounded words and public ids. */
export interface FailedRequest {
  readonly requestId: string;
  /** Name of the route, or `none`. */
  readonly endpoint: string;
  readonly method: string;
  readonly source: string;
}

/** Writes one line and counts once for each request that was not answered as asked (decision 7). */
export class RefusalRecord {
  private readonly counter;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter('http_refusals_total', 'Requests refused or failed, by reason.', ['endpoint', 'reason']);
  }

  write(answer: ErrorAnswer, request: FailedRequest): void {
    this.counter.inc({ endpoint: request.endpoint, reason: answer.label });
    const { failure } = answer;
    const fields: LogFields = {
      requestId: request.requestId,
      path: request.endpoint,
      method: request.method,
      source: request.source,
      status: answer.status,
    };
    switch (answer.kind) {
      case 'refusal': {
        const told = failure instanceof OAuthError ? { reason: failure.reason, detail: failure.detail } : {};
        this.logger.info('request refused', { ...fields, ...told, code: answer.body.error, expected: expectedOf(answer.label) });
        break;
      }
      case 'outage':
        // No stack: there is one line per request for as long as an outage lasts, and it tells nothing.
        this.logger.warn('request not served', { ...fields, ...(failure instanceof Outage ? { dependency: failure.dependency, error: failure.message } : {}) });
        break;
      case 'incident':
        this.logger.error('request failed', { ...fields, incident: incidentOf(failure), error: failure });
    }
  }
}

/** The id another service gave to its own failure, so that both logs can be found together. */
function incidentOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'incident' in thrown ? thrown.incident : undefined;
}
