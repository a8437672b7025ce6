/**
 * Redirect URIs: which a client may register, and which of them a request names (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1).
 *
 * 1. {@link redirectUriFault} judges a value when it is registered (REG-2); nothing is judged by parsing later.
 * 2. {@link isRegisteredRedirectUri} compares a request's value with the registered ones as strings (AUT-1).
 */
export * from './form-target.js';
export * from './logout-url.js';
export * from './page-url.js';
export * from './redirect-uri.js';
export * from './registered-redirect-uri.js';
