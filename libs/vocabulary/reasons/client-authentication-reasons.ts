import { defineReasons } from '../refusal-reason.js';

/** One text for every failed authentication: a client cannot tell an unknown id from a wrong secret (RFC 6749 §5.2, CLI-2). */
const FAILED = 'client authentication failed';

/** Refusals of client authentication (RFC 6749 §2.3, RFC 7523 §3), at every endpoint that authenticates clients. */
export const CLIENT_AUTHENTICATION_REASONS = defineReasons({
  'client_authentication.missing': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §5.2',
    expected: 'client credentials by the method the client registered',
  },
  'client_authentication.two_methods': {
    code: 'invalid_request',
    description: 'the client must use one authentication method per request',
    spec: 'RFC 6749 §2.3',
    expected: 'either an Authorization header, or client_secret, or client_assertion',
  },
  'client_authentication.repeated_header': {
    code: 'invalid_request',
    description: 'the client must use one authentication method per request',
    spec: 'RFC 6749 §2.3, RFC 9110 §11.6.2',
    expected: 'a single Authorization header',
  },
  'client_authentication.malformed_basic': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §2.3.1, RFC 7617 §2',
    expected: 'Authorization: Basic base64(urlencode(client_id) ":" urlencode(client_secret))',
  },
  'client_authentication.unsupported_scheme': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §2.3.1',
    expected: 'the Basic scheme',
  },
  'client_authentication.client_id_mismatch': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §2.3.1, RFC 7521 §4.2',
    expected: 'client_id, when present, equal to the authenticated client',
  },
  'client_authentication.unknown_client': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §5.2',
    expected: 'the id of a registered client',
  },
  'client_authentication.disabled_client': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §5.2',
    expected: 'a client that is enabled',
  },
  'client_authentication.method_not_registered': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7591 §2 token_endpoint_auth_method',
    expected: 'the one method the client registered',
  },
  'client_authentication.wrong_secret': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 6749 §5.2',
    expected: 'a current secret of the client',
  },
  'client_authentication.unsupported_assertion_type': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7521 §4.2, RFC 7523 §2.2',
    expected: 'client_assertion_type urn:ietf:params:oauth:client-assertion-type:jwt-bearer with a client_assertion',
  },
  'client_authentication.malformed_assertion': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3, RFC 8725 §3',
    expected: 'a compact JWS of at most 16 KiB whose header and claims are JSON objects',
  },
  'client_authentication.assertion_algorithm': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 8725 §3.1',
    expected: 'the algorithm registered for the client; never none, never a symmetric one with a public key',
  },
  'client_authentication.assertion_header': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7515 §4.1.11, RFC 8725 §3.10, §3.11',
    expected: 'no crit or zip header; kid of 1 to 256 characters; typ absent, JWT or client-authentication+jwt',
  },
  'client_authentication.assertion_key': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3',
    expected: 'a kid (or a single suitable key) in the key set of the client',
  },
  'client_authentication.assertion_signature': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 9',
    expected: 'a signature by the key of the client that the header names',
  },
  'client_authentication.assertion_issuer': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 1',
    expected: 'iss equal to the client id',
  },
  'client_authentication.assertion_subject': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 2',
    expected: 'sub equal to the client id',
  },
  'client_authentication.assertion_audience': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 3',
    expected: 'aud naming this issuer by a single value the client profile allows',
  },
  'client_authentication.assertion_expired': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 4',
    expected: 'exp, a time in the future',
  },
  'client_authentication.assertion_lifetime': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 4, Ours: ASSERTION_LIFETIME_SECONDS_MAX',
    expected: 'exp at most 5 minutes ahead',
  },
  'client_authentication.assertion_not_yet_valid': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 items 5 and 6',
    expected: 'nbf and iat at most 10 seconds ahead',
  },
  'client_authentication.assertion_jti': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 7, OIDC Core §9',
    expected: 'a jti of 1 to 256 characters',
  },
  'client_authentication.assertion_replayed': {
    code: 'invalid_client',
    description: FAILED,
    spec: 'RFC 7523 §3 item 7',
    expected: 'an assertion that was never presented before',
  },
});
