import { type OAuthErrorCode, statusOf } from './oauth-error-code.js';
import { REASONS, type ReasonId } from './reasons/index.js';

/** What a client may read of a refusal (RFC 6749 §5.2). */
export interface OAuthErrorResponse {
  readonly error: OAuthErrorCode;
  readonly error_description: string;
}

/**
 * A refusal the specification foresees. Whatever else is thrown is an outage ({@link Outage}) or a bug.
 *
 * Code and public text follow from the reason; `detail` is for the log only and has no way to the wire. It must not hold
 * codes, tokens, secrets or assertions: `observability` redacts by key as a second net, not as the first.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly description: string;

  constructor(
    readonly reason: ReasonId,
    readonly detail: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.code = REASONS[reason].code;
    this.description = REASONS[reason].description;
  }

  /** HTTP status of the answer. */
  get status(): number {
    return statusOf(this.code);
  }

  /** The response body. */
  toWire(): OAuthErrorResponse {
    return { error: this.code, error_description: this.description };
  }
}
