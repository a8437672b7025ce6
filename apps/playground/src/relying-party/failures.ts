import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { errorExplanation } from '../explanations/errors.js';
import type { Failure, Run } from '../runs/run.js';

/** What a failed run says on its page. */
export function describeFailure(error: unknown, run: Run): Failure {
  const requestId = lastRequestId(run);
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError)
    return refused(error.error, error.error_description ?? null, error instanceof ResponseBodyError ? requestId : null);
  if (error instanceof WWWAuthenticateChallengeError) {
    const { error: code, error_description: description } = error.cause[0]?.parameters ?? {};
    return refused(code ?? `status ${error.status}`, description ?? null, requestId);
  }
  const unanswered = run.steps.some((step) => step.kind === 'exchange' && step.response === null);
  if (unanswered) return { title: 'The provider does not answer', code: null, description: null, requestId: null, explanation: 'The connection failed. Is the provider running? With an https issuer and a certificate of your own, NODE_EXTRA_CA_CERTS must name its CA.' };
  if (error instanceof ClientError)
    return { title: 'The app does not accept the answer', code: error.code ?? null, description: reasonOf(error), requestId, explanation: 'The client library checked the answer and refused it. The last step below shows what came.' };
  return { title: 'The app could not go on', code: null, description: error instanceof Error ? error.message : null, requestId, explanation: 'This is a failure of the playground or of its settings, not an answer of the provider.' };
}

function refused(code: string, description: string | null, requestId: string | null): Failure {
  return { title: 'The provider refused', code, description, requestId, explanation: errorExplanation(code) };
}

/** The library's own message is general; the cause says which check failed. */
function reasonOf(error: ClientError): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== error.message ? `${error.message}: ${cause.message}` : error.message;
}

function lastRequestId(run: Run): string | null {
  const last = run.steps.findLast((step) => step.kind === 'exchange');
  return last?.response?.headers.find(([name]) => name.toLowerCase() === 'x-request-id')?.[1] ?? null;
}
