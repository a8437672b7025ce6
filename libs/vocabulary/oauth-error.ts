import type { OAuthErrorCode } from './oauth-error-code.js';
import { isReasonId, REASONS, type ReasonId, statusOfReason } from './reasons/index.js';

/** What a client may read of a refusal (RFC 6749 §5.2). */
export interface OAuthErrorResponse {
  readonly error: OAuthErrorCode;
  readonly error_description: string;
}

/** A refusal as it came over the bus from a service whose release may be newer than this one. */
export interface PeerRefusal {
  /** Reason id of the peer's catalogue; this release need not know it. */
  readonly reason: string;
  readonly code: OAuthErrorCode;
  readonly description: string;
  /** HTTP status of the answer. */
  readonly status: number;
}

/**
 * A refusal the specification foresees. Whatever else is thrown is an outage ({@link Outage}) or a bug.
 *
 * Code and public text follow from the reason; `detail` is for the log only and has no way to the wire. It must not hold
 * codes, tokens, secrets or assertions: `observability` redacts by key as a second net, not as the first.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  /** A {@link ReasonId}, or the id a newer peer sent ({@link OAuthError.fromPeer}). */
  readonly reason: string;
  readonly code: OAuthErrorCode;
  readonly description: string;
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(
    reason: ReasonId | PeerRefusal,
    readonly detail: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    const refusal: PeerRefusal = typeof reason === 'string' ? ours(reason) : reason;
    super(refusal.reason, options);
    this.reason = refusal.reason;
    this.code = refusal.code;
    this.description = refusal.description;
    this.status = refusal.status;
  }

  /** The same refusal on this side of the bus. Our own catalogue decides where it knows the reason, else the peer's words. */
  static fromPeer(refusal: PeerRefusal, detail?: Readonly<Record<string, unknown>>): OAuthError {
    return new OAuthError(isReasonId(refusal.reason) ? refusal.reason : refusal, detail);
  }

  /** The response body. */
  toWire(): OAuthErrorResponse {
    return { error: this.code, error_description: this.description };
  }
}

function ours(reason: ReasonId): PeerRefusal {
  const { code, description } = REASONS[reason];
  return { reason, code, description, status: statusOfReason(reason) };
}
