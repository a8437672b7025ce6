import { OAuthError, STATE_LENGTH_MAX } from '@tessera/vocabulary';
import { type ClientMetadata, isFrontChannel, ResponseMode } from '../client/index.js';
import { isRegisteredRedirectUri } from '../redirect-uri/index.js';
import type { ResponseTarget } from './authorization-refusal.js';
import { occurrences, type PresentedParameters, soleValue, soleValueOrNull } from './presented-parameters.js';

/** A target that belongs to the client, and whether the request named it. */
export interface ProvenRedirection extends ResponseTarget {
  readonly redirectUriSent: boolean;
}

/**
 * RFC 6749 §3.1.2, AUT-1: where answers to this request go. Looks at nothing it does not need, because what is refused here
 * is shown on a page, and what is refused later is redirected (AUT-2).
 *
 * @throws {OAuthError} `authorization_request.redirect_uri_missing`, `.redirect_uri_mismatch`, `request.repeated_parameter`.
 */
export function proveRedirection(parameters: PresentedParameters, client: ClientMetadata): ProvenRedirection {
  const presented = soleValue(parameters, 'redirect_uri');
  const redirectUri = presented ?? impliedRedirectUri(parameters, client);
  if (redirectUri === null) throw new OAuthError('authorization_request.redirect_uri_missing', { clientId: client.clientId });
  if (!isRegisteredRedirectUri(redirectUri, client.registration)) {
    throw new OAuthError('authorization_request.redirect_uri_mismatch', { clientId: client.clientId });
  }
  return {
    redirectUri,
    redirectUriSent: presented !== null,
    responseMode: responseModeOf(parameters, client),
    state: returnableState(parameters),
  };
}

/**
 * RFC 6749 §3.1.2.3: exactly one is registered in full. OIDC Core §3.1.2.1 and FAPI 2.0 Security §5.3.2.2 require the parameter
 * whatever is registered.
 */
function impliedRedirectUri(parameters: PresentedParameters, { profile, registration }: ClientMetadata): string | null {
  const [only, ...others] = registration.redirectUris;
  if (only === undefined || others.length > 0 || profile !== 'openid') return null;
  const scopeUnknown = occurrences(parameters, 'scope') > 1;
  const openid = soleValueOrNull(parameters, 'scope')?.split(' ').includes('openid') ?? false;
  return scopeUnknown || openid ? null : only;
}

/**
 * The mode the request asked for, if it may be used (AUT-9); else that of its response type (OAuth Multiple Response Types §2.1, §5):
 * `fragment` where tokens were asked for, refused or not, and `query` otherwise. Ours: a client that did not register it is answered
 * by what it did.
 */
function responseModeOf(parameters: PresentedParameters, { registration: { responseModes, responseTypes } }: ClientMetadata): ResponseMode {
  const asksForTokens = soleValueOrNull(parameters, 'response_type')?.split(' ').some((one) => one === 'token' || one === 'id_token') ?? false;
  const asked = ResponseMode.safeParse(soleValueOrNull(parameters, 'response_mode'));
  if (asked.success && responseModes.includes(asked.data) && !(asksForTokens && asked.data === 'query')) return asked.data;
  const forTokens = responseTypes.some(isFrontChannel) ? (['fragment', 'form_post'] as const) : (['fragment'] as const);
  const usual = asksForTokens ? [...forTokens, 'query' as const] : (['query'] as const);
  return usual.find((one) => responseModes.includes(one)) ?? responseModes[0] ?? 'query';
}

/** One that is refused for its length is not sent back either: the address of the answer would not fit anywhere. */
function returnableState(parameters: PresentedParameters): string | null {
  const state = soleValueOrNull(parameters, 'state');
  return state === null || state.length > STATE_LENGTH_MAX ? null : state;
}
