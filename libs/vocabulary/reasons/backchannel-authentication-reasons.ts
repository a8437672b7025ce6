import { defineReasons } from '../refusal-reason.js';

/** One text for every auth_req_id that is not redeemed: which of its conditions failed is for the log. */
const AUTH_REQ_ID_REFUSED = 'the auth_req_id is invalid, already used, or was issued to another client';
/** One text for every request object that is not accepted. */
const SIGNED_REQUEST_REFUSED = 'the request object is not acceptable';
/** One text for whatever keeps a request from a person: the client does not learn which. */
const NOT_DELIVERED = 'the request was not put before the user';

/** Refusals of the backchannel authentication endpoint, of its grant, and of the page where a person decides. */
export const BACKCHANNEL_AUTHENTICATION_REASONS = defineReasons({
  'backchannel_authentication.client_not_allowed': {
    code: 'unauthorized_client',
    description: 'the client may not use backchannel authentication',
    spec: 'CIBA Core §4, §13, CIB-1',
    expected: 'a confidential client with urn:openid:params:grant-type:ciba and a backchannel_token_delivery_mode',
  },
  'backchannel_authentication.no_openid': {
    code: 'invalid_scope',
    description: 'the scope lacks openid',
    spec: 'CIBA Core §7.1, CIB-1',
    expected: 'the scope openid, and what else the client registered',
  },
  'backchannel_authentication.hints': {
    code: 'invalid_request',
    description: 'exactly one of login_hint, login_hint_token and id_token_hint is required',
    spec: 'CIBA Core §7.1, CIB-1',
    expected: 'one hint',
  },
  'backchannel_authentication.login_hint': {
    code: 'invalid_request',
    description: 'login_hint has an invalid value',
    spec: 'CIBA Core §7.1',
    expected: 'what the person signs in with, at most 256 characters',
  },
  'backchannel_authentication.login_hint_token': {
    code: 'invalid_request',
    description: 'login_hint_token is not acceptable',
    spec: 'CIBA Core §7.1, RFC 9493 §3',
    expected: 'a JWT signed by the client: iss its id, aud the issuer, exp, and sub_id of format email, opaque or iss_sub',
  },
  'backchannel_authentication.login_hint_token_expired': {
    code: 'expired_login_hint_token',
    description: 'the login_hint_token has expired',
    spec: 'CIBA Core §13',
    expected: 'a login_hint_token whose exp lies ahead',
  },
  'backchannel_authentication.unknown_user': {
    code: 'unknown_user_id',
    description: 'the hint names no user',
    spec: 'CIBA Core §13, CIB-2',
    expected: 'a hint that names an account which can sign in',
  },
  'backchannel_authentication.notification_token': {
    code: 'invalid_request',
    description: 'client_notification_token is missing or has an invalid value',
    spec: 'CIBA Core §7.1, CIB-1',
    expected: 'a bearer token (RFC 6750 §2.1) of at most 1024 characters from clients that are notified',
  },
  'backchannel_authentication.binding_message': {
    code: 'invalid_binding_message',
    description: 'the binding message cannot be shown; send a short plain one',
    spec: 'CIBA Core §7.1, §13, CIB-3',
    expected: 'at most 64 printable characters, without markup and without control of direction',
  },
  'backchannel_authentication.requested_expiry': {
    code: 'invalid_request',
    description: 'requested_expiry has an invalid value',
    spec: 'CIBA Core §7.1, CIB-10',
    expected: 'whole seconds, at least 1',
  },
  'backchannel_authentication.acr_values': {
    code: 'invalid_request',
    description: 'acr_values has an invalid value',
    spec: 'CIBA Core §7.1, Ours: ACR_VALUES_MAX',
    expected: 'at most 20 values separated by single spaces',
  },
  'backchannel_authentication.missing_user_code': {
    code: 'missing_user_code',
    description: 'the user has a user code and the request has none',
    spec: 'CIBA Core §13',
    expected: 'the user_code the person told the client',
  },
  'backchannel_authentication.invalid_user_code': {
    code: 'invalid_user_code',
    description: 'the user code is not right',
    spec: 'CIBA Core §13',
    expected: 'the user code of the person, after not too many wrong ones',
  },
  'backchannel_authentication.unsigned': {
    code: 'invalid_request',
    description: 'the request has to be signed',
    spec: 'CIBA Core §7.1.1, FAPI-CIBA §5.2.2, CIB-11',
    expected: 'all parameters in a request object, signed with the registered algorithm',
  },
  'backchannel_authentication.signed_request': {
    code: 'invalid_request',
    description: SIGNED_REQUEST_REFUSED,
    spec: 'CIBA Core §7.1.1, CIB-11',
    expected: 'a JWS of the registered algorithm by a key of the client, with iss, aud, exp, nbf, iat and jti, and nothing beside it',
  },
  'backchannel_authentication.signed_request_replayed': {
    code: 'invalid_request',
    description: SIGNED_REQUEST_REFUSED,
    spec: 'CIBA Core §7.1.1, CIB-11',
    expected: 'a request object whose jti was never used before',
  },
  'backchannel_authentication.too_many_for_person': {
    code: 'access_denied',
    status: 403,
    description: NOT_DELIVERED,
    spec: 'CIBA Core §13, §14, CIB-4',
    expected: 'at most 3 open requests for a person and 10 in ten minutes',
  },
  'backchannel_authentication.silenced': {
    code: 'access_denied',
    status: 403,
    description: NOT_DELIVERED,
    spec: 'CIBA Core §13, §14, CIB-4',
    expected: 'a client that the person has not silenced',
  },
  'backchannel_authentication.too_many_of_client': {
    code: 'access_denied',
    status: 403,
    description: NOT_DELIVERED,
    spec: 'CIBA Core §13, CIB-4',
    expected: 'fewer requests of this client in ten minutes',
  },
  'auth_req_id.push_client': {
    code: 'unauthorized_client',
    description: 'tokens are pushed to this client',
    spec: 'CIBA Core §11, CIB-9',
    expected: 'a client of the delivery mode poll or ping',
  },
  'auth_req_id.pending': {
    code: 'authorization_pending',
    description: 'the user has not decided yet',
    spec: 'CIBA Core §11, CIB-9',
    expected: 'another poll after the interval',
  },
  'auth_req_id.slow_down': {
    code: 'slow_down',
    description: 'the polls come too fast; wait 5 seconds longer from now on',
    spec: 'CIBA Core §11, CIB-9',
    expected: 'polls no faster than the interval, which every slow_down makes 5 seconds longer',
  },
  'auth_req_id.denied': {
    code: 'access_denied',
    description: 'the user denied the request',
    spec: 'CIBA Core §11',
    expected: 'the user agrees',
  },
  'auth_req_id.expired': {
    code: 'expired_token',
    description: 'the auth_req_id has expired; start again',
    spec: 'CIBA Core §11',
    expected: 'a decision and a poll before expires_in has passed',
  },
  'auth_req_id.redeemed': {
    code: 'invalid_grant',
    description: AUTH_REQ_ID_REFUSED,
    spec: 'CIBA Core §11, CIB-9, I1',
    expected: 'an auth_req_id that was never redeemed',
  },
  'auth_req_id.unknown': {
    code: 'invalid_grant',
    description: AUTH_REQ_ID_REFUSED,
    spec: 'CIBA Core §11',
    expected: 'an auth_req_id of this client, what the user allowed still alive',
  },
  'approval.unknown': {
    code: 'invalid_request',
    status: 404,
    description: 'there is no such request for this person',
    spec: 'CIBA Core §8, CIB-5',
    expected: 'a request that waits for the person who is signed in',
  },
});
