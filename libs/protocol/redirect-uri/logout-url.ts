import { redirectUriFault } from './registered-redirect-uri.js';

/** What the address has to be that is told of a logout through the browser. */
export const LOGOUT_URL_EXPECTED =
  'an absolute https URL without fragment and user name, with the origin of one of the redirect URIs; http only on 127.0.0.1, [::1] and localhost';

/** What the address has to be that begins a sign-in for another party. */
export const INITIATE_LOGIN_URL_EXPECTED = 'an https URL without user name and password (OpenID Connect Dynamic Client Registration §2)';

/**
 * REG-4, Front-Channel Logout §2: what is wrong with an address that pages of ours put into a frame, or null. The same rules as for
 * a redirect URI of a web client: its origin is named in the Content-Security-Policy of that page (LOG-5), and so has to be one.
 */
export function logoutUrlFault(value: string): string | null {
  const fault = redirectUriFault(value, 'web');
  if (fault !== null) return fault;
  const { searchParams, hostname } = new URL(value);
  // CSP Level 3 §2.3.1 has no way to name an IPv6 host, and a policy that names less would load the frame nowhere.
  if (hostname.startsWith('[')) return 'has an IPv6 host, which no Content-Security-Policy can name';
  const taken = ['iss', 'sid'].find((name) => searchParams.has(name));
  return taken === undefined ? null : `has the query parameter ${taken}, which belongs to the logout`;
}
