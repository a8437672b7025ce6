import type { OAuthError } from '@tessera/vocabulary';
import type { AuthorizationRequest } from '../authorization-request/index.js';

/** Name and value, in the order they are sent. */
export type ResponseParameter = [name: string, value: string];

/** RFC 6749 §4.1.2: the code, `state` exactly as it came, and RFC 9207 §2: who answers (AUT-4). */
export function successParameters(request: Pick<AuthorizationRequest, 'state'>, code: string, issuer: string): ResponseParameter[] {
  return [['code', code], ...stateParameter(request.state), ['iss', issuer]];
}

/**
 * RFC 6749 §4.1.2.1: the error, `state` if it came, and `iss` in errors too (RFC 9207 §2, AUT-4). The description is the public
 * text of the reason; the reason itself stays in the log.
 */
export function refusalParameters(refusal: OAuthError, state: string | null, issuer: string): ResponseParameter[] {
  return [['error', refusal.code], ['error_description', refusal.description], ...stateParameter(state), ['iss', issuer]];
}

function stateParameter(state: string | null): ResponseParameter[] {
  return state === null ? [] : [['state', state]];
}
