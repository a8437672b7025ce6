import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a form was posted by a page of this app. Browsers name the origin of every POST; one that does not at least says
 * how far it came from. Neither protects against a program outside a browser, which has no cookie to abuse.
 */
export function isOwnForm(headers: IncomingHttpHeaders, origin: string): boolean {
  if (headers.origin !== undefined) return headers.origin === origin;
  return headers['sec-fetch-site'] === 'same-origin';
}

/** Whether the request was meant for this app: another name that resolves here (DNS rebinding) is not ours. */
export function isOwnHost(headers: IncomingHttpHeaders, origin: string): boolean {
  return headers.host === new URL(origin).host;
}

/** The same for a page that asks how something stands, by a script of ours. */
export function watchingHeaders(issuer: string): Readonly<Record<string, string>> {
  const headers = pageHeaders(issuer);
  return { ...headers, 'Content-Security-Policy': `${headers['Content-Security-Policy'] ?? ''}; script-src 'self'; connect-src 'self'` };
}

/** What every answer carries. Nothing is loaded but the stylesheet, nothing runs, nobody frames it, no copy is kept. */
export function pageHeaders(issuer: string): Readonly<Record<string, string>> {
  // Forms lead on to the provider by a redirect, and browsers hold form-action against redirects too. form_post answers come the other way.
  const policy = `default-src 'none'; style-src 'self'; img-src data:; form-action 'self' ${new URL(issuer).origin}; base-uri 'none'; frame-ancestors 'none'`;
  return {
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
    // Not no-referrer: that would blank the Origin of our own forms.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  };
}
