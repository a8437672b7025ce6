import { defineReasons } from '../refusal-reason.js';

/**
 * Refusals of the authorization and pushed authorization request endpoints. The first ones come before client and redirect URI
 * are proven: they are shown on a page of ours and never redirected (AUT-2).
 */
export const AUTHORIZATION_REQUEST_REASONS = defineReasons({
  'authorization_request.unknown_client': {
    code: 'invalid_request',
    description: 'the client is not known',
    spec: 'RFC 6749 §4.1.2.1',
    expected: 'the client_id of a declared client',
  },
  'authorization_request.disabled_client': {
    code: 'invalid_request',
    description: 'the client is not known',
    spec: 'RFC 6749 §4.1.2.1',
    expected: 'a client that is enabled',
  },
  'authorization_request.redirect_uri_missing': {
    code: 'invalid_request',
    description: 'the redirect URI is missing',
    spec: 'RFC 6749 §3.1.2.3, OIDC Core §3.1.2.1',
    expected: 'redirect_uri, unless exactly one is registered and the scope has no openid',
  },
  'authorization_request.redirect_uri_mismatch': {
    code: 'invalid_request',
    description: 'the redirect URI is not registered for the client',
    spec: 'RFC 6749 §3.1.2.3, RFC 9700 §4.1.3',
    expected: 'a redirect_uri of the client, character by character',
  },
  'authorization_request.request_uri_unknown': {
    code: 'invalid_request_uri',
    description: 'the request URI is unknown, used or expired',
    spec: 'RFC 9126 §4, §7.3',
    expected: 'a request_uri pushed by this client, neither expired nor used',
  },
  'authorization_request.pushed_request_required': {
    code: 'invalid_request',
    description: 'the authorization request has to be pushed',
    spec: 'RFC 9126 §5, §6',
    expected: 'a request_uri from the pushed authorization request endpoint',
  },
  'authorization_request.response_type': {
    code: 'unsupported_response_type',
    description: 'the response type is not supported',
    spec: 'RFC 6749 §4.1.2.1, AUT-3',
    expected: 'code, or one of the response_types of the client',
  },
  'authorization_request.response_mode': {
    code: 'invalid_request',
    description: 'the response mode is not supported',
    spec: 'OAuth Multiple Response Types §2.1',
    expected: 'response_mode query, fragment or form_post, or none',
  },
  'authorization_request.response_mode_query': {
    code: 'invalid_request',
    description: 'tokens are not sent in the query',
    spec: 'OAuth Multiple Response Types §5, §3',
    expected: 'response_mode fragment or form_post, or none',
  },
  'authorization_request.nonce_missing': {
    code: 'invalid_request',
    description: 'nonce is required',
    spec: 'OIDC Core §3.2.2.1, §3.3.2.11',
    expected: 'a nonce, where the authorization response has an ID token',
  },
  'authorization_request.openid_missing': {
    code: 'invalid_scope',
    description: 'the response type needs the scope openid',
    spec: 'OIDC Core §3.1.2.1, §3.2.2.1',
    expected: 'openid in the scope, where the authorization response has an ID token',
  },
  'authorization_request.response_mode_not_registered': {
    code: 'invalid_request',
    description: 'the client may not use this response mode',
    spec: 'Ours: AUT-9',
    expected: 'a response_mode in the response_modes of the client',
  },
  'authorization_request.request_uri': {
    code: 'request_uri_not_supported',
    description: 'only request URIs of pushed requests are supported',
    spec: 'OIDC Core §6.2, §3.1.2.6, PAR-7',
    expected: 'a request_uri from the pushed authorization request endpoint, or a deployment with REQUEST_URI=on',
  },
  'authorization_request.registration': {
    code: 'registration_not_supported',
    description: 'the registration parameter is not supported',
    spec: 'OIDC Core §7.2.1, §3.1.2.6',
    expected: 'a registered client',
  },
  'authorization_request.grant_type_not_allowed': {
    code: 'unauthorized_client',
    description: 'the client may not use this flow',
    spec: 'RFC 6749 §4.1.2.1',
    expected: 'the grant_types of the client that go with the response type: authorization_code, implicit or both',
  },
  'authorization_request.scope_missing': {
    code: 'invalid_scope',
    description: 'the request has no scope',
    spec: 'RFC 6749 §3.3',
    expected: 'a scope, or a resource that offers scopes of the client',
  },
  'authorization_request.code_challenge_missing': {
    code: 'invalid_request',
    description: 'code_challenge is required',
    spec: 'RFC 7636 §4.4.1, RFC 9700 §2.1.1, COD-5',
    expected: 'code_challenge with code_challenge_method=S256, or a client with require_pkce false',
  },
  'authorization_request.code_challenge': {
    code: 'invalid_request',
    description: 'code_challenge has an invalid value',
    spec: 'RFC 7636 §4.2',
    expected: 'the base64url SHA-256 of the verifier, 43 characters',
  },
  'authorization_request.code_challenge_method': {
    code: 'invalid_request',
    description: 'only the code challenge method S256 is supported',
    spec: 'RFC 7636 §4.4.1, RFC 9700 §2.1.1',
    expected: 'code_challenge_method=S256, with a code_challenge',
  },
  'authorization_request.prompt': {
    code: 'invalid_request',
    description: 'prompt has an invalid value',
    spec: 'OIDC Core §3.1.2.1',
    expected: 'none alone, or some of login, consent and select_account',
  },
  'authorization_request.max_age': {
    code: 'invalid_request',
    description: 'max_age has an invalid value',
    spec: 'OIDC Core §3.1.2.1',
    expected: 'whole seconds',
  },
  'authorization_request.acr_values': {
    code: 'invalid_request',
    description: 'acr_values has an invalid value',
    spec: 'OIDC Core §3.1.2.1, Ours: ACR_VALUES_MAX',
    expected: 'at most 20 values separated by single spaces',
  },
  'authorization_request.id_token_hint': {
    code: 'invalid_request',
    description: 'id_token_hint is not an ID token of this issuer for the client',
    spec: 'OIDC Core §3.1.2.1',
    expected: 'an ID token that this issuer gave the client',
  },
  'authorization_request.claims': {
    code: 'invalid_request',
    description: 'claims has an invalid value',
    spec: 'OIDC Core §5.5',
    expected: 'a JSON object with userinfo or id_token, of at most 8192 characters',
  },
  'authorization_request.state': {
    code: 'invalid_request',
    description: 'state is too long',
    spec: 'RFC 6749 §4.1.1, Ours: STATE_LENGTH_MAX',
    expected: 'at most 2048 characters',
  },
  'authorization_request.nonce': {
    code: 'invalid_request',
    description: 'nonce is too long',
    spec: 'OIDC Core §3.1.2.1, Ours: NONCE_LENGTH_MAX',
    expected: 'at most 1024 characters',
  },
  'pushed_authorization_request.request_uri': {
    code: 'invalid_request',
    description: 'request_uri must not be pushed',
    spec: 'RFC 9126 §2.1',
    expected: 'the parameters of the authorization request themselves',
  },
  'authorization_response.tokens_unavailable': {
    code: 'temporarily_unavailable',
    description: 'the tokens of the response could not be made; try again later',
    spec: 'RFC 6749 §4.1.2.1, §4.2.2.1',
    expected: 'the token service, within its deadline',
  },
});
