/** The header fields that decide something, each value as it came; Node's own `headers` drops or joins repeated ones. */
export interface PresentedHeaders {
  readonly host: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly expect: string | undefined;
  readonly authorization: string[];
  readonly dpop: string[];
  readonly forwardedFor: string[];
  /** W3C Trace Context §3.2. */
  readonly traceparent: string[];
  readonly cookie: string[];
  readonly userAgent: string;
  /** Who sent a form, by the browser's word (Fetch standard §3.1); every value, for two would be a contradiction. */
  readonly origin: string[];
  /** `Sec-Fetch-Site` (Fetch Metadata §2.3). */
  readonly fetchSite: string | undefined;
  /** Whether the browser only guesses that the answer will be wanted (`Sec-Purpose`, and its older names). */
  readonly prefetch: boolean;
  /** Whether a person's browser asks, who can read a page. */
  readonly acceptsHtml: boolean;
  /** A second Host (RFC 9112 §3.2) or Content-Type (RFC 9110 §8.3), where two readers could choose differently. */
  readonly ambiguous: boolean;
}

/**
 * Reads name and value pairs in the order they came. Client-certificate headers are not among what is read: a certificate
 * comes from the TLS layer or not at all (POP-7). Nor is any method override (EDG-2).
 */
export function presentedHeaders(rawHeaders: readonly string[]): PresentedHeaders {
  const found = new Found();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // The length tells almost every other field apart without lower-casing it.
    if (LENGTHS.has(name.length)) found.field(name.toLowerCase(), rawHeaders[index + 1] ?? '');
  }
  return found;
}

const LENGTHS: ReadonlySet<number> = new Set(
  [
    'host',
    'dpop',
    'x-moz',
    'expect',
    'cookie',
    'origin',
    'accept',
    'purpose',
    'user-agent',
    'sec-purpose',
    'traceparent',
    'content-type',
    'authorization',
    'sec-fetch-site',
    'x-forwarded-for',
    'content-encoding',
  ].map((name) => name.length),
);

class Found implements PresentedHeaders {
  host: string | undefined = undefined;
  contentType: string | undefined = undefined;
  contentEncoding: string | undefined = undefined;
  expect: string | undefined = undefined;
  readonly authorization: string[] = [];
  readonly dpop: string[] = [];
  readonly forwardedFor: string[] = [];
  readonly traceparent: string[] = [];
  readonly cookie: string[] = [];
  readonly origin: string[] = [];
  userAgent = '';
  fetchSite: string | undefined = undefined;
  prefetch = false;
  acceptsHtml = false;
  ambiguous = false;

  field(name: string, value: string): void {
    switch (name) {
      case 'host':
        this.ambiguous ||= this.host !== undefined;
        this.host = value;
        break;
      case 'content-type':
        this.ambiguous ||= this.contentType !== undefined;
        this.contentType = value;
        break;
      case 'content-encoding':
        this.contentEncoding = value;
        break;
      case 'expect':
        this.expect = value;
        break;
      case 'authorization':
        this.authorization.push(value);
        break;
      case 'dpop':
        this.dpop.push(value);
        break;
      case 'x-forwarded-for':
        this.forwardedFor.push(value);
        break;
      case 'traceparent':
        this.traceparent.push(value);
        break;
      case 'cookie':
        this.cookie.push(value);
        break;
      case 'user-agent':
        this.userAgent = value;
        break;
      case 'origin':
        this.origin.push(value);
        break;
      case 'sec-fetch-site':
        this.fetchSite = value;
        break;
      case 'accept':
        this.acceptsHtml ||= value.includes('text/html');
        break;
      case 'sec-purpose':
      case 'purpose':
      case 'x-moz':
        this.prefetch ||= value.startsWith('prefetch');
        break;
      default:
    }
  }
}
