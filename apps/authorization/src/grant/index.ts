/** What users allowed clients. */
export * from './grant.module.js';
export * from './id-token-hints.js';
export * from './password-verification.js';
export * from './registered-clients.js';
export * from './sql-grants.js';
export * from './subjects.js';
