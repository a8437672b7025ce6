import type { OAuthErrorCode } from './oauth-error-code.js';

/**
 * Why a request was refused. A reason decides the wire answer, so that no call site can pair the wrong code with a text,
 * and reasons that must look alike to a client (RFC 6749 §5.2, CLI-2) share their `description`.
 */
export interface RefusalReason {
  /** The registered code of the answer. */
  readonly code: OAuthErrorCode;
  /** The HTTP status where it is not the one of the code (RFC 9110 §15): 413, 421 and their like at the edge. */
  readonly status?: number;
  /** `error_description`: what the client may know. RFC 6749 §5.2 limits it to %x20-21 / %x23-5B / %x5D-7E. */
  readonly description: string;
  /** The section that demands the refusal; `Ours` where it is this provider's policy. */
  readonly spec: string;
  /** What the request should have been: for the log, the trace and `docs/errors.md`, never for the wire. */
  readonly expected: string;
}

/** Declares the reasons of one feature. The keys become `<feature>.<what>` ids that logs, metrics and documents share. */
export function defineReasons<const Reasons extends Record<string, RefusalReason>>(reasons: Reasons): Reasons {
  return reasons;
}
