/** Characters of an outbound URL; longer ones are noise in rows and logs. */
export const OUTBOUND_URL_LENGTH_MAX = 2048;

/** Why a URL may not be called. */
export type OutboundUrlFault = 'malformed' | 'not_https' | 'credentials' | 'fragment' | 'host';

/** What a URL has to be, in words for whoever registered it. */
export const OUTBOUND_URL_EXPECTED =
  'an absolute https URL of printable ASCII, without user name, password and fragment, for example https://client.example.com/jwks';

const PRINTABLE_ASCII = /^[\x21-\x7E]+$/;

/**
 * OUT-1: https only, no credentials. The raw text is looked at before it is parsed, because the URL parser drops tabs and
 * line breaks silently and so would make two spellings of one value. It does not protect against names that resolve to
 * private addresses; only the guarded connection can.
 */
export function parseOutboundUrl(value: string): { readonly url: URL } | { readonly fault: OutboundUrlFault } {
  if (value.length > OUTBOUND_URL_LENGTH_MAX || !PRINTABLE_ASCII.test(value) || !URL.canParse(value))
    return { fault: 'malformed' };
  const url = new URL(value);
  if (url.protocol !== 'https:') return { fault: 'not_https' };
  // `https:example.com` and `https:/example.com` are repaired by the parser; a registered value has one spelling.
  if (!/^https:\/\/[^/]/i.test(value) || value.includes('\\')) return { fault: 'malformed' };
  if (url.username !== '' || url.password !== '' || value.slice('https://'.length).split(/[/?#]/, 1)[0]?.includes('@') === true) {
    return { fault: 'credentials' };
  }
  if (value.includes('#')) return { fault: 'fragment' };
  // A trailing dot is a second spelling of the same host that certificates and allow-lists do not know.
  if (url.hostname === '' || url.hostname.endsWith('.')) return { fault: 'host' };
  return { url };
}
