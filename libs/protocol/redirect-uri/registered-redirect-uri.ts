import { REDIRECT_URI_LENGTH_MAX } from '@tessera/vocabulary';

/** Why a redirect URI cannot be registered, in words for whoever registers it. */
export type RedirectUriFault = string;

/** What a redirect URI has to be. */
export const REDIRECT_URI_EXPECTED =
  'an absolute https URI without fragment and user name; http only for 127.0.0.1, [::1] and localhost; for application_type native also a private-use scheme such as com.example.app:/callback';

const PRINTABLE_ASCII = /^[\x21-\x7E]+$/;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** RFC 8252 §7.1: a private-use scheme is a domain name of the application in reverse, so it has a dot. */
const PRIVATE_USE_SCHEME = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/;
/** Parameters of the response: one that is there already would be said twice (REG-2). */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response', 'session_state'];
/** `/../` and its like: browsers resolve them, so that what is registered is not what is called (CVE-2026-9086). */
const DOT_SEGMENT = /(^|\/)(\.|%2e){1,2}(?=\/|\?|$)/i;

/**
 * REG-2: what is wrong with a redirect URI, or null. What is registered is later compared as a string, so everything that two
 * programs could read in two ways is refused here, before anything depends on it.
 */
export function redirectUriFault(value: string, applicationType: 'web' | 'native'): RedirectUriFault | null {
  if (value.length > REDIRECT_URI_LENGTH_MAX) return `has more than ${REDIRECT_URI_LENGTH_MAX} characters`;
  // The URL parser drops tabs and line breaks silently and turns backslashes; the text itself is looked at first.
  if (!PRINTABLE_ASCII.test(value) || /[\\*"<>^`{|}]/.test(value)) return 'has characters that are not allowed';
  if (!URL.canParse(value)) return 'is no absolute URI';
  const url = new URL(value);
  if (value.includes('#')) return 'has a fragment (RFC 6749 §3.1.2)';
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?]*@/i.test(value)) return 'has a user name or password';
  if (!value.startsWith(url.protocol)) return 'has a scheme with upper-case letters';
  return schemeFault(value, url, applicationType) ?? pathFault(value, url);
}

/** An allow-list: `javascript:`, `data:` and what comes next are refused because nobody named them. */
function schemeFault(value: string, url: URL, applicationType: 'web' | 'native'): RedirectUriFault | null {
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    if (!value.startsWith(`${url.protocol}//`) || url.hostname === '') return 'has no host';
    if (url.hostname.endsWith('.')) return 'has a host with a trailing dot';
    // Ours: web clients may use loopback too, because a web application under development runs there; it leaves no machine.
    return url.protocol === 'https:' || LOOPBACK_HOSTS.has(url.hostname) ? null : 'is http and leaves the machine';
  }
  if (applicationType === 'web') return `has the scheme ${url.protocol} which is for application_type native`;
  return PRIVATE_USE_SCHEME.test(url.protocol) ? null : `has the scheme ${url.protocol} without a dot (RFC 8252 §7.1)`;
}

function pathFault(value: string, url: URL): RedirectUriFault | null {
  const [path = ''] = value.slice(url.protocol.length).split('?', 1);
  if (DOT_SEGMENT.test(path)) return 'has a dot segment in its path';
  const taken = RESPONSE_PARAMETERS.find((name) => url.searchParams.has(name));
  return taken === undefined ? null : `has the query parameter ${taken}, which belongs to the response`;
}

/** The host of an http or https redirect URI, as pairwise subjects are made for it (OIDC Core §8.1); null for other schemes. */
export function redirectUriHost(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || protocol === 'http:' ? hostname : null;
}
