import { isUtf8 } from 'node:buffer';
import { FORM_PARAMETERS_MAX, OAuthError, PARAMETER_BYTES_MAX } from '@tessera/vocabulary';

/** Form parameters as they came: ordered pairs, names may be unknown, nothing nested (EDG-3). */
export type FormParameters = [string, string][];

/** RFC 6749 Appendix B; WHATWG clients say the charset, and UTF-8 is the only one there is. */
const FORM_TYPE = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** RFC 8707 §2: several resources may be named; every other parameter once (RFC 6749 §3.2). */
const REPEATABLE: ReadonlySet<string> = new Set(['resource']);

/** Where parameters stand decides what is said of them when they cannot be read. */
type Malformed = 'request.malformed_form' | 'request.malformed_query';

/** EDG-4: exactly a form. @throws {OAuthError} `request.content_type` */
export function assertFormType(contentType: string | undefined, contentEncoding: string | undefined): void {
  if (contentType === undefined || contentEncoding !== undefined || !FORM_TYPE.test(contentType)) {
    throw new OAuthError('request.content_type');
  }
}

/**
 * Parses `application/x-www-form-urlencoded` (RFC 6749 Appendix B) strictly: what is not percent-encoded UTF-8 is refused
 * instead of replaced, so that two parsers cannot read one request differently. `repeatable` are the names that may come again.
 *
 * @throws {OAuthError} `request.malformed_form`, `request.too_many_parameters`, `request.parameter_too_long`,
 * `request.repeated_parameter` (GEN-1)
 */
export function parseFormBody(body: Buffer, repeatable = REPEATABLE): FormParameters {
  return parsePairs(body, 'request.malformed_form', repeatable);
}

/**
 * Parses the query of a request target (RFC 6749 §3.1) by the same rules and limits. Node hands its octets over as Latin-1.
 *
 * @throws {OAuthError} `request.malformed_query`, and the rest as {@link parseFormBody}.
 */
export function parseQuery(query: string): FormParameters {
  return parsePairs(Buffer.from(query, 'latin1'), 'request.malformed_query', REPEATABLE);
}

function parsePairs(octets: Buffer, malformed: Malformed, repeatable: ReadonlySet<string>): FormParameters {
  if (!isUtf8(octets)) throw new OAuthError(malformed);
  const parameters: FormParameters = [];
  const text = octets.toString('utf8');
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand === -1 ? text.length : ampersand;
    if (end > start) {
      if (parameters.length === FORM_PARAMETERS_MAX) throw new OAuthError('request.too_many_parameters');
      parameters.push(parseParameter(text.slice(start, end), malformed));
    }
    start = end + 1;
  }
  assertNotRepeated(parameters, repeatable);
  return parameters;
}

function parseParameter(text: string, malformed: Malformed): [string, string] {
  const equals = text.indexOf('=');
  const name = decode(equals === -1 ? text : text.slice(0, equals), malformed);
  const value = equals === -1 ? '' : decode(text.slice(equals + 1), malformed);
  if (name.length + value.length > PARAMETER_BYTES_MAX / 3 && Buffer.byteLength(name) + Buffer.byteLength(value) > PARAMETER_BYTES_MAX) {
    throw new OAuthError('request.parameter_too_long');
  }
  return [name, value];
}

/** EDG-7: NUL and whatever is not UTF-8 stop here. `decodeURIComponent` refuses overlong forms and surrogates. */
function decode(text: string, malformed: Malformed): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  let decoded = spaced;
  if (spaced.includes('%')) {
    try {
      decoded = decodeURIComponent(spaced);
    } catch {
      throw new OAuthError(malformed);
    }
  }
  if (decoded.includes('\0')) throw new OAuthError(malformed);
  return decoded;
}

/** At most 100 names: the plain comparison is cheaper than a set for the five of an ordinary request. */
function assertNotRepeated(parameters: FormParameters, repeatable: ReadonlySet<string>): void {
  for (let later = 1; later < parameters.length; later += 1) {
    const name = parameters[later]?.[0] ?? '';
    for (let earlier = 0; earlier < later; earlier += 1) {
      if (parameters[earlier]?.[0] === name && !repeatable.has(name)) throw new OAuthError('request.repeated_parameter');
    }
  }
}
