/** What the authorization endpoint is asked, valid and whole; who is asked and what they answer is the interaction's. */
export * from './authorization-requests.js';
export * from './outbound-request-uris.js';
export * from './request-object-verification.js';
export * from './sql-pushed-authorization-requests.js';
