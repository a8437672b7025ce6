/** What one exchange may cost (OUT-4). All times are milliseconds of one exchange, not of each packet. */
export interface OutboundLimits {
  readonly connectMs: number;
  /** Resolution, waiting for a slot, connection, headers and body together. */
  readonly totalMs: number;
  readonly bodyBytes: number;
  readonly perHost: number;
  /** Exchanges that may wait for a slot of their host. */
  readonly waitingPerHost: number;
  /** Exchanges of this process, waiting ones included. */
  readonly inProgress: number;
}

/** The limits of OUT-4, and two of our own so that slow hosts cannot pile up work without end. */
export const OUTBOUND_LIMITS: OutboundLimits = {
  connectMs: 2_000,
  totalMs: 5_000,
  bodyBytes: 64 * 1024,
  perHost: 2,
  waitingPerHost: 16,
  inProgress: 256,
};

/** Bytes of all response headers together. */
export const OUTBOUND_HEADER_BYTES_MAX = 16 * 1024;
