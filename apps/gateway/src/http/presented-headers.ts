/** The header fields that decide something, each value as it came; Node's own `headers` drops or joins repeated ones. */
export interface PresentedHeaders {
  readonly host: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly expect: string | undefined;
  readonly authorization: string[];
  readonly dpop: string[];
  readonly forwardedFor: string[];
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
  ['host', 'dpop', 'expect', 'content-type', 'authorization', 'x-forwarded-for', 'content-encoding'].map((name) => name.length),
);

class Found implements PresentedHeaders {
  host: string | undefined = undefined;
  contentType: string | undefined = undefined;
  contentEncoding: string | undefined = undefined;
  expect: string | undefined = undefined;
  readonly authorization: string[] = [];
  readonly dpop: string[] = [];
  readonly forwardedFor: string[] = [];
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
      default:
    }
  }
}
