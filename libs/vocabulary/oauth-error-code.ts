/** Every error code this provider puts on the wire, its HTTP status and the text that defines it. One row per code. */
const REGISTRY = {
  invalid_request: { status: 400, spec: 'RFC 6749 §5.2' },
  invalid_client: { status: 401, spec: 'RFC 6749 §5.2' },
  invalid_grant: { status: 400, spec: 'RFC 6749 §5.2' },
  unauthorized_client: { status: 400, spec: 'RFC 6749 §5.2' },
  unsupported_grant_type: { status: 400, spec: 'RFC 6749 §5.2' },
  invalid_scope: { status: 400, spec: 'RFC 6749 §5.2' },
  invalid_target: { status: 400, spec: 'RFC 8707 §2' },
  unsupported_token_type: { status: 400, spec: 'RFC 7009 §2.2.1' },
  invalid_token: { status: 401, spec: 'RFC 6750 §3.1' },
  insufficient_scope: { status: 403, spec: 'RFC 6750 §3.1' },
  access_denied: { status: 400, spec: 'RFC 6749 §4.1.2.1' },
  unsupported_response_type: { status: 400, spec: 'RFC 6749 §4.1.2.1' },
  login_required: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  consent_required: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  interaction_required: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  account_selection_required: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  invalid_request_uri: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  invalid_request_object: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  request_not_supported: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  request_uri_not_supported: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  registration_not_supported: { status: 400, spec: 'OIDC Core §3.1.2.6' },
  unmet_authentication_requirements: { status: 400, spec: 'OIDC Unmet Authentication Requirements §2' },
  invalid_redirect_uri: { status: 400, spec: 'RFC 7591 §3.2.2' },
  invalid_client_metadata: { status: 400, spec: 'RFC 7591 §3.2.2' },
  authorization_pending: { status: 400, spec: 'RFC 8628 §3.5' },
  slow_down: { status: 400, spec: 'RFC 8628 §3.5' },
  expired_token: { status: 400, spec: 'RFC 8628 §3.5' },
  expired_login_hint_token: { status: 400, spec: 'CIBA Core §13' },
  unknown_user_id: { status: 400, spec: 'CIBA Core §13' },
  missing_user_code: { status: 400, spec: 'CIBA Core §13' },
  invalid_user_code: { status: 400, spec: 'CIBA Core §13' },
  invalid_binding_message: { status: 400, spec: 'CIBA Core §13' },
  server_error: { status: 500, spec: 'RFC 6749 §4.1.2.1' },
  temporarily_unavailable: { status: 503, spec: 'RFC 6749 §4.1.2.1' },
} as const satisfies Record<string, { status: number; spec: string }>;

/** A registered OAuth error code, exactly as it stands in the `error` member of a response. */
export type OAuthErrorCode = keyof typeof REGISTRY;

/** All of them: what an answer can have for its `error`. */
export const OAUTH_ERROR_CODES: readonly string[] = Object.keys(REGISTRY);

/** The HTTP status a code travels with (RFC 6749 §5.2 and the specification that registers the code). */
export function statusOf(code: OAuthErrorCode): number {
  return REGISTRY[code].status;
}

/** The specification section that registers the code, for the generated error page. */
export function specificationOf(code: OAuthErrorCode): string {
  return REGISTRY[code].spec;
}

/** Tells whether a string from the bus is a code this release may put on the wire. */
export function isOAuthErrorCode(value: string): value is OAuthErrorCode {
  return Object.hasOwn(REGISTRY, value);
}
