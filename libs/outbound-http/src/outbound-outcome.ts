/** Response headers callers may read: how long an answer is fresh (RFC 9111 §5) and when to come again. */
export const READABLE_HEADERS = ['age', 'cache-control', 'date', 'expires', 'retry-after'] as const;
/** A response header callers may read. */
export type ReadableHeader = (typeof READABLE_HEADERS)[number];

/** Why an exchange did not happen or its answer was not taken. Bounded values, fit for a metric label. */
export type OutboundFault =
  /** Not sent: the URL breaks OUT-1. */
  | 'url'
  /** Not sent: the port is not allowed. */
  | 'port'
  /** Not sent: one of the addresses is not public (OUT-2). */
  | 'address'
  /** Not sent: too many exchanges with this host, or in this process. */
  | 'busy'
  | 'unresolved'
  | 'timeout'
  /** Refused, reset, or the TLS handshake failed. */
  | 'connection'
  /** A 3xx answer; redirects are never followed (OUT-3). */
  | 'redirected'
  | 'too_large'
  /** Content-Encoding although none was asked for: nothing is decompressed (OUT-4). */
  | 'encoded'
  /** A 2xx answer of another media type than asked for. */
  | 'content_type';

/** What became of an exchange. Nothing the other side may do wrong is an exception. */
export type OutboundOutcome =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Empty unless the status is 2xx. */
      readonly body: Uint8Array;
      readonly headers: Readonly<Partial<Record<ReadableHeader, string>>>;
    }
  | { readonly outcome: 'failed'; readonly fault: OutboundFault };
