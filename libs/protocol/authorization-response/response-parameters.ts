import { formatScope, type OAuthError } from '@tessera/vocabulary';
import type { AuthorizationRequest } from '../authorization-request/index.js';

/** Name and value, in the order they are sent. */
export type ResponseParameter = [name: string, value: string];

/** What a successful response carries, by its response type; what it does not carry is null. */
export interface ResponseParts {
  readonly code: string | null;
  readonly accessToken: { readonly token: string; readonly lifetimeSeconds: number; readonly scope: readonly string[] } | null;
  readonly idToken: string | null;
}

/**
 * RFC 6749 §4.1.2, §4.2.2, OIDC Core §3.2.2.5, §3.3.2.5: what was made, `state` exactly as it came, and RFC 9207 §2: who answers
 * (AUT-4).
 */
export function successParameters(request: Pick<AuthorizationRequest, 'state'>, { code, accessToken, idToken }: ResponseParts, issuer: string): ResponseParameter[] {
  return [
    ...(code === null ? [] : [['code', code] satisfies ResponseParameter]),
    ...(accessToken === null ? [] : accessTokenParameters(accessToken)),
    ...(idToken === null ? [] : [['id_token', idToken] satisfies ResponseParameter]),
    ...stateParameter(request.state),
    ['iss', issuer],
  ];
}

function accessTokenParameters({ token, lifetimeSeconds, scope }: NonNullable<ResponseParts['accessToken']>): ResponseParameter[] {
  const granted: ResponseParameter[] = scope.length === 0 ? [] : [['scope', formatScope(scope)]];
  return [['access_token', token], ['token_type', 'Bearer'], ['expires_in', String(lifetimeSeconds)], ...granted];
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
