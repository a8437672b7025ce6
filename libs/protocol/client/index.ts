/**
 * The metadata of clients (RFC 7591 §2) and protected resources (RFC 8707) that decides requests. Owned by authorization,
 * read by every service that authenticates clients, cached by change number (decision 4). Secrets are not part of it.
 */
export * from './client-metadata.js';
export * from './client-registration.js';
export * from './resource-metadata.js';
export * from './response-type.js';
