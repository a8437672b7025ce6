import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { OAuthError } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerJson } from './answer.js';
import { errorAnswer } from './error-answer.js';
import type { RefusalRecord } from './refusal-record.js';

/** The only place that turns an error into an HTTP answer. Refusals below HTTP are {@link ClientErrors}'. */
@Catch()
export class OAuthErrorFilter implements ExceptionFilter {
  constructor(
    private readonly issuer: string,
    private readonly record: RefusalRecord,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const answer = errorAnswer(hasLeft(request) ? new OAuthError('request.malformed', { problem: 'aborted' }) : thrown, this.issuer);
    this.record.write(answer, {
      requestId: request.arrival.context.requestId,
      endpoint: request.arrival.route?.name ?? 'none',
      method: request.method,
      source: request.arrival.source,
    });
    if (reply.sent) return;
    // Fastify closes the connection of a body it did not read; a reset would then overtake this answer. Node reads on and
    // throws away, no longer than the request timeout.
    if (reply.hasHeader('connection')) reply.removeHeader('connection');
    answerJson(JSON.stringify(answer.body), reply.code(answer.status).headers(answer.headers));
  }
}

/** A client that goes away, or is cut off for being slow, before its body is complete is no failure of ours. */
function hasLeft({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}
