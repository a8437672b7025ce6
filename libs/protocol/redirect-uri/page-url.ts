const PRINTABLE_ASCII = /^[\x21-\x7E]+$/;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** Characters of a page's URL; longer ones are noise in rows and pages. */
const PAGE_URL_LENGTH_MAX = 2_048;

/** What the URL of a page of a client has to be. */
export const PAGE_URL_EXPECTED = 'an https URL, or an http one on 127.0.0.1, [::1] or localhost, without user name and password';

/**
 * REG-4: whether a URL may be offered to people as a page or a picture of a client (`client_uri`, `logo_uri`, `policy_uri`,
 * `tos_uri`). Ours never calls it; the allow-list of schemes keeps `javascript:` and its like out of our pages.
 */
export function isPageUrl(value: string): boolean {
  if (value.length > PAGE_URL_LENGTH_MAX || !PRINTABLE_ASCII.test(value) || /["<>\\^`{|}]/.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== '' || password !== '' || !value.startsWith(`${protocol}//`)) return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname));
}
