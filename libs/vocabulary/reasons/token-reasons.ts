import { defineReasons } from '../refusal-reason.js';

/** Refusals of the token, introspection and revocation endpoints. */
export const TOKEN_REASONS = defineReasons({
  'token_request.unsupported_grant_type': {
    code: 'unsupported_grant_type',
    description: 'the grant type is not supported',
    spec: 'RFC 6749 §5.2',
    expected: 'a grant type that the metadata lists',
  },
  'token_request.grant_type_not_allowed': {
    code: 'unauthorized_client',
    description: 'the client may not use this grant type',
    spec: 'RFC 6749 §5.2',
    expected: 'a grant type in the grant_types of the client',
  },
  'client_credentials_grant.public_client': {
    code: 'unauthorized_client',
    description: 'the client may not use this grant type',
    spec: 'RFC 6749 §4.4',
    expected: 'a confidential client',
  },
  'scope.malformed': {
    code: 'invalid_scope',
    description: 'the scope is malformed',
    spec: 'RFC 6749 §3.3',
    expected: 'scope tokens separated by single spaces, at most 100',
  },
  'scope.not_registered': {
    code: 'invalid_scope',
    description: 'the scope exceeds what the client may request',
    spec: 'RFC 6749 §3.3, §5.2',
    expected: 'scopes registered for the client',
  },
  'scope.openid_without_user': {
    code: 'invalid_scope',
    description: 'the scope openid needs an end-user',
    spec: 'OIDC Core §3, RFC 6749 §4.4',
    expected: 'no openid scope in a grant without an end-user',
  },
  'scope.not_of_resource': {
    code: 'invalid_scope',
    description: 'the scope exceeds what the resource offers',
    spec: 'RFC 8707 §2, RFC 6749 §3.3',
    expected: 'scopes that the requested resource offers',
  },
  'resource.malformed': {
    code: 'invalid_target',
    description: 'the resource must be an absolute URI without a fragment',
    spec: 'RFC 8707 §2',
    expected: 'an absolute URI without fragment',
  },
  'resource.unknown': {
    code: 'invalid_target',
    description: 'the requested resource is not available to the client',
    spec: 'RFC 8707 §2',
    expected: 'a declared, enabled resource',
  },
  'resource.not_allowed': {
    code: 'invalid_target',
    description: 'the requested resource is not available to the client',
    spec: 'RFC 8707 §2',
    expected: 'a resource in the list of the client',
  },
  'resource.too_many': {
    code: 'invalid_target',
    description: 'a token is issued for one resource',
    spec: 'RFC 8707 §2.2',
    expected: 'a single resource per token request',
  },
  'resource.missing': {
    code: 'invalid_target',
    description: 'the client has no default resource; name one',
    spec: 'RFC 8707 §2',
    expected: 'a resource parameter, or a default resource registered for the client',
  },
  'introspection.public_client': {
    code: 'invalid_client',
    description: 'client authentication failed',
    spec: 'RFC 7662 §2.1',
    expected: 'a confidential client or a resource server with credentials',
  },
  'revocation.foreign_token': {
    code: 'invalid_grant',
    description: 'the token was issued to another client',
    spec: 'RFC 7009 §2.1, RFC 6749 §5.2',
    expected: 'a token issued to the authenticated client',
  },
});
