import { HttpException } from '@nestjs/common';
import {
  isReasonId,
  OAuthError,
  type OAuthErrorResponse,
  Outage,
  type ReasonId,
  REASONS,
  RETRY_AFTER_SECONDS,
} from '@tessera/vocabulary';

/** The HTTP answer to something thrown, and what the log may say about it. */
export interface ErrorAnswer {
  readonly kind: 'refusal' | 'outage' | 'incident';
  readonly status: number;
  readonly body: OAuthErrorResponse;
  readonly headers: Readonly<Record<string, string>>;
  /** What failed, freed of the framework around it; for the log. */
  readonly failure: unknown;
  /** Bounded: a reason of the catalogue, `outage`, `incident`, or `unknown` for a reason of another release. */
  readonly label: ReasonId | 'outage' | 'incident' | 'unknown';
}

/** EDG-9: constant, whatever went wrong. The request id in the header is all there is to quote. */
const OUTAGE: OAuthErrorResponse = { error: 'temporarily_unavailable', error_description: 'the service is temporarily unavailable' };
const INCIDENT: OAuthErrorResponse = { error: 'server_error', error_description: 'the request could not be answered' };

/** OIDC Core §5.3.1: the one protected resource here is the userinfo endpoint, and this is what its tokens need. */
const USERINFO_SCOPE = 'openid';

/** What Fastify throws by itself before a handler runs, in our words; the rest of its 4xx is bad HTTP. */
const FRAMEWORK_REASONS: Readonly<Record<string, ReasonId>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.content_type',
};

/** Decides the answer to anything thrown: the one switch between failures and HTTP. */
export function errorAnswer(thrown: unknown, issuer: string): ErrorAnswer {
  const failure = withoutFramework(thrown);
  if (failure instanceof OAuthError) return refusalAnswer(failure, issuer);
  if (failure instanceof Outage) {
    const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
    return { kind: 'outage', status: 503, body: OUTAGE, headers, failure, label: 'outage' };
  }
  return { kind: 'incident', status: 500, body: INCIDENT, headers: {}, failure, label: 'incident' };
}

function refusalAnswer(refusal: OAuthError, issuer: string): ErrorAnswer {
  const label = isReasonId(refusal.reason) ? refusal.reason : 'unknown';
  const headers = challenge(refusal, issuer);
  return { kind: 'refusal', status: refusal.status, body: refusal.toWire(), headers, failure: refusal, label };
}

/**
 * RFC 6749 §5.2, RFC 7617 §2: a 401 names the scheme that would have been accepted. A refused access token names what is wrong with
 * it, and an insufficient one the scope that would do (RFC 6750 §3).
 */
function challenge({ status, code, description }: OAuthError, issuer: string): Readonly<Record<string, string>> {
  if (code === 'invalid_token' || code === 'insufficient_scope') {
    const scope = code === 'insufficient_scope' ? `, scope="${USERINFO_SCOPE}"` : '';
    return { 'WWW-Authenticate': `Bearer realm="${issuer}", error="${code}", error_description="${quotable(description)}"${scope}` };
  }
  return status === 401 ? { 'WWW-Authenticate': `Basic realm="${issuer}"` } : {};
}

/** RFC 6750 §3: the characters of an error_description; a peer of another release may have sent others. */
function quotable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, ' ');
}

/** What the request should have been, for the log. */
export function expectedOf(label: ErrorAnswer['label']): string | undefined {
  return label === 'outage' || label === 'incident' || label === 'unknown' ? undefined : REASONS[label].expected;
}

function withoutFramework(thrown: unknown): unknown {
  if (!(thrown instanceof HttpException) || thrown.getStatus() >= 500) return thrown;
  const code = codeOf(thrown.cause);
  return new OAuthError(FRAMEWORK_REASONS[code] ?? 'request.malformed', { problem: code });
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'http';
}
