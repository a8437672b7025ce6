/** Clients that register themselves (RFC 7591, RFC 7592), and the tokens that let them. */
export * from './client-registration.module.js';
export * from './client-registrations.js';
export * from './initial-access-tokens.js';
export * from './outbound-sector-documents.js';
export * from './registered-client-states.js';
export * from './sql-client-registrations.js';
