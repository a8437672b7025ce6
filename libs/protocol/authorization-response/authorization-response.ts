import type { ResponseMode } from '../client/index.js';

/** How an authorization response leaves us: a redirect, or a form that the browser posts (Form Post Response Mode §2). */
export type EncodedAuthorizationResponse =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'form'; readonly action: string; readonly fields: readonly (readonly [name: string, value: string])[] };

type Encoder = (redirectUri: string, parameters: readonly (readonly [string, string])[]) => EncodedAuthorizationResponse;

const ENCODERS: Readonly<Record<ResponseMode, Encoder>> = {
  query: (redirectUri, parameters) => ({ kind: 'redirect', location: withQuery(redirectUri, parameters) }),
  fragment: (redirectUri, parameters) => ({ kind: 'redirect', location: withFragment(redirectUri, parameters) }),
  form_post: (redirectUri, parameters) => ({ kind: 'form', action: redirectUri, fields: parameters }),
};

/** Encodes a response for its mode. The redirect URI is proven; it is extended as text and never normalised. */
export function encodeAuthorizationResponse(
  mode: ResponseMode,
  redirectUri: string,
  parameters: readonly (readonly [name: string, value: string])[],
): EncodedAuthorizationResponse {
  return ENCODERS[mode](redirectUri, parameters);
}

/**
 * RFC 6749 §4.1.2, Appendix B: the parameters in `application/x-www-form-urlencoded`, behind the query component of the
 * redirect URI, which MUST be retained (§3.1.2). A registered redirect URI has no fragment.
 */
export function withQuery(uri: string, parameters: readonly (readonly [name: string, value: string])[]): string {
  if (parameters.length === 0) return uri;
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&';
  return `${uri}${separator}${encoded(parameters)}`;
}

/** OAuth Multiple Response Types §2.1, RFC 6749 §4.2.2: the same, as the fragment, which browsers send to nobody. */
export function withFragment(uri: string, parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.length === 0 ? uri : `${uri}#${encoded(parameters)}`;
}

function encoded(parameters: readonly (readonly [name: string, value: string])[]): string {
  return new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
}
