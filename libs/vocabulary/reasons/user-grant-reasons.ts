import { defineReasons } from '../refusal-reason.js';

/** One text for every code that is not redeemed (COD-4): which of its conditions failed is for the log. */
const CODE_REFUSED = 'the code is invalid, expired, already used, or was issued to another client';
/** One text for every refresh token that is not accepted. */
const REFRESH_REFUSED = 'the refresh token is invalid, expired, revoked, already used, or was issued to another client';
/** One text for every access token the userinfo endpoint does not accept. */
const TOKEN_REFUSED = 'the access token is invalid, expired or revoked';

/** Refusals of the grants that have a user, and of the userinfo endpoint. */
export const USER_GRANT_REASONS = defineReasons({
  'authorization_code.mismatch': {
    code: 'invalid_grant',
    description: CODE_REFUSED,
    spec: 'RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §2.1.1, COD-7',
    expected: 'the redirect URI and the key of the authorization request, the verifier of its challenge, and none without one',
  },
  'authorization_code.replayed': {
    code: 'invalid_grant',
    description: CODE_REFUSED,
    spec: 'RFC 6749 §4.1.2, COD-2',
    expected: 'a code that was never redeemed; what the first redemption got is revoked',
  },
  'authorization_code.unknown': {
    code: 'invalid_grant',
    description: CODE_REFUSED,
    spec: 'RFC 6749 §4.1.2, §5.2, COD-4',
    expected: 'a code issued to this client less than 60 seconds ago, its grant alive',
  },
  'authorization_code.malformed_verifier': {
    code: 'invalid_grant',
    description: CODE_REFUSED,
    spec: 'RFC 7636 §4.1, COD-5',
    expected: 'a code_verifier of 43 to 128 unreserved characters',
  },
  'refresh_token.unknown': {
    code: 'invalid_grant',
    description: REFRESH_REFUSED,
    spec: 'RFC 6749 §6, §5.2',
    expected: 'a refresh token of this provider',
  },
  'refresh_token.foreign': {
    code: 'invalid_grant',
    description: REFRESH_REFUSED,
    spec: 'RFC 6749 §6',
    expected: 'a refresh token issued to the authenticated client; the real one is untouched',
  },
  'refresh_token.ended': {
    code: 'invalid_grant',
    description: REFRESH_REFUSED,
    spec: 'RFC 6749 §6, GEN-6, REF-6, REF-7',
    expected: 'a refresh token within its idle and absolute life, whose grant, session, client and user are alive',
  },
  'refresh_token.reused': {
    code: 'invalid_grant',
    description: REFRESH_REFUSED,
    spec: 'RFC 9700 §4.14.2, REF-4',
    expected: 'the newest refresh token of the grant; using one that was replaced ends them all',
  },
  'refresh_token.wrong_key': {
    code: 'invalid_grant',
    description: REFRESH_REFUSED,
    spec: 'RFC 9449 §5, RFC 8705 §4, POP-5',
    expected: 'proof of the key the refresh token is bound to',
  },
  'user_grant.scope_not_granted': {
    code: 'invalid_scope',
    description: 'the scope exceeds what was granted',
    spec: 'RFC 6749 §6, GEN-7',
    expected: 'scopes the user granted',
  },
  'user_grant.resource_not_granted': {
    code: 'invalid_target',
    description: 'the requested resource was not granted',
    spec: 'RFC 8707 §2.2',
    expected: 'one of the resources of the authorization request',
  },
  'password_grant.public_client': {
    code: 'unauthorized_client',
    description: 'the client may not use this grant type',
    spec: 'RFC 6749 §4.3, Ours: GEN-10',
    expected: 'a confidential client',
  },
  'password_grant.refused': {
    code: 'invalid_grant',
    description: 'the username or password is wrong',
    spec: 'RFC 6749 §5.2, CCR-3',
    expected: 'the password of an account that can sign in',
  },
  'userinfo.token_in_query': {
    code: 'invalid_request',
    description: 'an access token does not belong in the URL',
    spec: 'RFC 6750 §2.3, FAPI 2.0 Security §5.3.4, TOK-6',
    expected: 'the token in the Authorization header field',
  },
  'userinfo.several_tokens': {
    code: 'invalid_request',
    description: 'the access token is sent more than once',
    spec: 'RFC 6750 §2, §3.1',
    expected: 'one way of sending the token',
  },
  'userinfo.malformed_authorization': {
    code: 'invalid_request',
    description: 'the Authorization header field is malformed',
    spec: 'RFC 6750 §2.1',
    expected: 'Bearer, one space, and the token',
  },
  'userinfo.invalid_token': {
    code: 'invalid_token',
    description: TOKEN_REFUSED,
    spec: 'RFC 6750 §3.1, RFC 9068 §4, TOK-6',
    expected: 'an access token of this issuer for the userinfo endpoint, by form and signature',
  },
  'userinfo.dead_token': {
    code: 'invalid_token',
    description: TOKEN_REFUSED,
    spec: 'RFC 6750 §3.1, TOK-3',
    expected: 'a token that is not revoked, and whose grant, session, client and user are alive',
  },
  'userinfo.bound_token': {
    code: 'invalid_token',
    description: TOKEN_REFUSED,
    spec: 'RFC 9449 §7.1, RFC 8705 §3, POP-4',
    expected: 'proof of the key the token is bound to',
  },
  'userinfo.no_openid': {
    code: 'insufficient_scope',
    description: 'the access token lacks the scope openid',
    spec: 'RFC 6750 §3.1, OIDC Core §5.3.1',
    expected: 'a token with the scope openid',
  },
});
