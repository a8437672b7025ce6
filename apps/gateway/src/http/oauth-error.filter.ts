import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { OAuthError } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerJson } from './answer.js';
import { answerPage, type PageAddresses, type PageProblem, type Pages } from '../pages/index.js';
import { type ErrorAnswer, errorAnswer } from './error-answer.js';
import { failedRequest, type RefusalRecord } from './refusal-record.js';
import { wayOn } from './way-on.js';

/** The only place that turns an error into an HTTP answer. Refusals below HTTP are {@link ClientErrors}'. */
@Catch()
export class OAuthErrorFilter implements ExceptionFilter {
  constructor(
    private readonly issuer: string,
    private readonly record: RefusalRecord,
    private readonly pages: Pages,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const answer = errorAnswer(hasLeft(request) ? new OAuthError('request.malformed', { problem: 'aborted' }) : thrown, this.issuer);
    this.record.write(answer, failedRequest(request));
    request.arrival.span?.note({ reason: answer.label });
    if (reply.sent) return;
    // Fastify closes the connection of a body it did not read; a reset would then overtake this answer. Node reads on and
    // throws away, no longer than the request timeout.
    if (reply.hasHeader('connection')) reply.removeHeader('connection');
    reply.code(answer.status).headers(answer.headers);
    if (isForPeople(request)) answerPage(this.pages.error(problem(answer, request, this.pages.addresses)), reply);
    else answerJson(JSON.stringify(answer.body), reply);
  }
}

/** EDG-9: a page where a person's browser comes, protocol JSON everywhere else; at an address nobody has, what the reader prefers. */
function isForPeople({ arrival: { route, headers } }: FastifyRequest): boolean {
  return route === null ? headers.acceptsHtml : route.page;
}

function problem(answer: ErrorAnswer, request: FastifyRequest, addresses: PageAddresses): PageProblem {
  const { kind, status, body, failure } = answer;
  const { arrival } = request;
  return {
    kind,
    status,
    reason: failure instanceof OAuthError ? failure.reason : null,
    code: body.error,
    description: body.error_description,
    requestId: arrival.context.requestId,
    route: arrival.route?.name ?? null,
    wayOn: wayOn(answer, request, addresses),
  };
}

/** A client that goes away, or is cut off for being slow, before its body is complete is no failure of ours. */
function hasLeft({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}
