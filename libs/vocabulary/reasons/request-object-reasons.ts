import { defineReasons } from '../refusal-reason.js';

/**
 * Refusals of request objects (RFC 9101, OIDC Core §6). They are redirected where the object, or else the request around it, names
 * a redirect URI of the client.
 */
export const REQUEST_OBJECT_REASONS = defineReasons({
  'request_object.two_sources': {
    code: 'invalid_request',
    description: 'request and request_uri must not be used together',
    spec: 'RFC 9101 §5, OIDC Core §6.1',
    expected: 'one of request and request_uri',
  },
  'request_object.required': {
    code: 'invalid_request',
    description: 'the client has to send a signed request object',
    spec: 'RFC 9101 §10.5',
    expected: 'the parameters in a signed request object: require_signed_request_object is registered',
  },
  'request_object.unsigned_not_supported': {
    code: 'request_not_supported',
    description: 'unsigned request objects are not supported',
    spec: 'OIDC Core §6.1, §3.1.2.6, PAR-6',
    expected: 'a request object signed with a key of the client',
  },
  'request_object.malformed': {
    code: 'invalid_request_object',
    description: 'the request object is malformed',
    spec: 'RFC 9101 §4, §6.3',
    expected: 'a compact JWS over a JSON object, of at most 16 KiB, not encrypted',
  },
  'request_object.header': {
    code: 'invalid_request_object',
    description: 'the header of the request object is not acceptable',
    spec: 'RFC 7515 §4.1.11, RFC 8725 §3.11, RFC 9101 §10.8',
    expected: 'typ oauth-authz-req+jwt or JWT or none, no crit, no zip, a kid of at most 256 characters',
  },
  'request_object.algorithm': {
    code: 'invalid_request_object',
    description: 'the request object is not signed with an algorithm of the client',
    spec: 'RFC 9101 §6.2, §10.5, RFC 8725 §3.1',
    expected: 'the request_object_signing_alg of the client, or one that its profile allows',
  },
  'request_object.key': {
    code: 'invalid_request_object',
    description: 'the request object is not signed with a key of the client',
    spec: 'RFC 9101 §6.2, OIDC Core §10.1',
    expected: 'a kid in the key set of the client, or no kid and one key for the algorithm',
  },
  'request_object.signature': {
    code: 'invalid_request_object',
    description: 'the signature of the request object is wrong',
    spec: 'RFC 9101 §6.2',
    expected: 'a signature by the key the header names',
  },
  'request_object.nested': {
    code: 'invalid_request_object',
    description: 'a request object must not contain request or request_uri',
    spec: 'RFC 9101 §4, RFC 9126 §2.1',
    expected: 'the parameters themselves',
  },
  'request_object.client_id': {
    code: 'invalid_request_object',
    description: 'client_id inside and outside the request object differ',
    spec: 'RFC 9101 §5, §6.3, OIDC Core §6.1',
    expected: 'the same client_id in both places',
  },
  'request_object.response_type': {
    code: 'invalid_request_object',
    description: 'response_type inside and outside the request object differ',
    spec: 'OIDC Core §6.1',
    expected: 'the same response_type in both places, or inside alone',
  },
  'request_object.issuer': {
    code: 'invalid_request_object',
    description: 'the issuer of the request object is not the client',
    spec: 'RFC 9101 §4, PAR-6',
    expected: 'iss equal to the client_id',
  },
  'request_object.subject': {
    code: 'invalid_request_object',
    description: 'the request object could serve as a client assertion',
    spec: 'RFC 9101 §10.8',
    expected: 'no sub, or one that is not the client_id',
  },
  'request_object.audience': {
    code: 'invalid_request_object',
    description: 'the request object is not for this issuer',
    spec: 'RFC 9101 §4, PAR-6',
    expected: 'aud equal to the issuer, or a list that contains it',
  },
  'request_object.expired': {
    code: 'invalid_request_object',
    description: 'the request object has expired',
    spec: 'RFC 9101 §4, RFC 7519 §4.1.4, FAPI 1 Advanced §5.2.2',
    expected: 'an exp in the future; required for FAPI profiles',
  },
  'request_object.not_yet_valid': {
    code: 'invalid_request_object',
    description: 'the request object is not valid yet',
    spec: 'RFC 7519 §4.1.5, GEN-8',
    expected: 'an nbf and iat at most 10 seconds ahead; nbf is required for FAPI profiles',
  },
  'request_object.lifetime': {
    code: 'invalid_request_object',
    description: 'the request object lives too long',
    spec: 'FAPI 1 Advanced §5.2.2, PAR-6',
    expected: 'exp at most 60 minutes after nbf, and nbf at most 60 minutes ago',
  },
  'request_object.jti': {
    code: 'invalid_request_object',
    description: 'jti of the request object is not acceptable',
    spec: 'RFC 7519 §4.1.7',
    expected: 'a string of 1 to 256 characters, or none',
  },
  'request_uri.not_registered': {
    code: 'invalid_request_uri',
    description: 'the request URI is not registered for the client',
    spec: 'OIDC Core §6.2, RFC 9101 §10.4, PAR-7',
    expected: 'one of the request_uris of the client, character by character, the fragment included',
  },
  'request_uri.not_fetched': {
    code: 'invalid_request_uri',
    description: 'the request object could not be fetched',
    spec: 'RFC 9101 §5.2, §6.1',
    expected: 'https, status 200 and content type application/oauth-authz-req+jwt or application/jwt, within 5 seconds',
  },
  'request_uri.invalid_object': {
    code: 'invalid_request_uri',
    description: 'the request object behind the request URI is not acceptable',
    spec: 'OIDC Core §3.1.2.6 invalid_request_uri',
    expected: 'a request object that would be acceptable by value; the detail names what is wrong with it',
  },
});
