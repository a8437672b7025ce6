/**
 * What the gateway hands to the owner of an endpoint, and what it gets back (decision 14).
 *
 * 1. The gateway parses the HTTP request into an {@link EdgeRequest}: nothing interpreted, nothing dropped that an endpoint
 *    may ever need (RFC 9449 proofs, RFC 8705 certificates, RFC 6749 forms).
 * 2. The owner answers with an {@link EndpointReply}, or refuses with an `OAuthError`.
 */
export * from './edge-request.js';
export * from './endpoint-paths.js';
export * from './endpoint-reply.js';
