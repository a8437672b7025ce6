/** One exchange with a URL that a client registered. */
export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Media types of a 2xx answer that is taken; empty when the answer has no body that matters. */
  readonly accept: readonly string[];
  /** Lower-case names. `accept-encoding` is ours. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
