import type { Logger, LogFields, Metrics } from '@tessera/observability';
import { isReasonId, OAuthError, Outage } from '@tessera/vocabulary';
import type { FastifyRequest } from 'fastify';
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

  /** A refusal that its owner sent back to the client by way of the browser (RFC 6749 §4.1.2.1). */
  redirected(reason: string, request: FastifyRequest): void {
    const { requestId, endpoint, method, source } = failedRequest(request);
    const label = isReasonId(reason) ? reason : 'unknown';
    this.counter.inc({ endpoint, reason: label });
    request.arrival.span?.note({ reason: label });
    this.logger.info('request refused', { requestId, path: endpoint, method, source, status: 303, reason, expected: expectedOf(label) });
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

/** What is said of a request in every line about it. */
export function failedRequest({ arrival, method }: FastifyRequest): FailedRequest {
  return { requestId: arrival.context.requestId, endpoint: arrival.route?.name ?? 'none', method, source: arrival.source };
}

/** The id another service gave to its own failure, so that both logs can be found together. */
function incidentOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'incident' in thrown ? thrown.incident : undefined;
}
