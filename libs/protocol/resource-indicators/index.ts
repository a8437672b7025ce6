/**
 * RFC 8707 and RFC 6749 §3.3: which resource a token is for, and which of its scopes.
 *
 * 1. The resource is the one the request names, or the client's default; the client must be allowed it.
 * 2. The scope is a subset of what was asked, what the client registered and what the resource offers (GEN-7); a request
 *    that asks for none gets all that remains.
 */
export * from './resource-indicators.js';
export * from './scope-of-resource.js';
