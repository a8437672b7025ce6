import { OAuthError } from '@tessera/vocabulary';

/** RFC 9110 §11.1: a scheme is case-insensitive. */
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;
const BASIC_SCHEME = /^Basic(?: |$)/i;
/** Printable ASCII, all that form-url-encoding leaves. */
const FORM_ENCODED = /^[\x21-\x7E]*$/;

/** An id and a secret as they were presented, decoded, not looked up yet. */
export interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

/**
 * RFC 6749 §2.3.1, RFC 7617 §2: `Basic base64(urlencode(client_id) ":" urlencode(client_secret))`. Strict: one spelling of
 * the base64, and no bytes that the encoding would not have left.
 *
 * @throws {OAuthError} `client_authentication.unsupported_scheme`, `client_authentication.malformed_basic`.
 */
export function parseBasicCredentials(authorization: string): BasicCredentials {
  if (!BASIC_SCHEME.test(authorization)) throw new OAuthError('client_authentication.unsupported_scheme');
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) throw malformed();
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) throw malformed();
  const pair = bytes.toString('latin1');
  const colon = pair.indexOf(':');
  if (colon < 1 || !FORM_ENCODED.test(pair)) throw malformed();
  return { clientId: formDecoded(pair.slice(0, colon)), secret: formDecoded(pair.slice(colon + 1)) };
}

/** RFC 6749 Appendix B: `+` is a space, `%XX` are bytes of UTF-8. */
function formDecoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed();
  }
}

function malformed(): OAuthError {
  return new OAuthError('client_authentication.malformed_basic');
}
