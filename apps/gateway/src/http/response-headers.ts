import { JWKS_CACHE_SECONDS, METADATA_CACHE_SECONDS } from '@tessera/vocabulary';

/** Header fields by name. */
export type HeaderFields = Readonly<Record<string, string>>;

/** Nothing is kept unless an endpoint says otherwise (GEN-2), nothing is guessed, framed or run. */
const ALWAYS: HeaderFields = {
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};
/** RFC 6797: only a deployment published over https may demand it. */
const OVER_HTTPS: HeaderFields = { ...ALWAYS, 'Strict-Transport-Security': 'max-age=31536000' };

/** Pages are UTF-8, and say so before the first octet. */
export const HTML_TYPE = 'text/html; charset=utf-8';

/** The fields every answer of this issuer has, errors included. */
export function responseHeaders(issuer: string): HeaderFields {
  return issuer.startsWith('https:') ? OVER_HTTPS : ALWAYS;
}

/** Any origin, never with credentials: there are no cookies on these endpoints. */
export const CROSS_ORIGIN_HEADERS: HeaderFields = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'X-Request-Id, WWW-Authenticate, DPoP-Nonce, Retry-After',
};

/** What a preflight is told beyond the methods. */
export const PREFLIGHT_HEADERS: HeaderFields = {
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, DPoP',
  'Access-Control-Max-Age': '600',
};

/** How long the published documents may be kept. A key is published at least as long before it signs (KEY-4). */
export const CACHEABLE = {
  jwks: `public, max-age=${JWKS_CACHE_SECONDS}`,
  metadata: `public, max-age=${METADATA_CACHE_SECONDS}`,
  /** For what carries the hash of its content in its name (RFC 8246 §2). */
  hashed: 'public, max-age=31536000, immutable',
} as const;
