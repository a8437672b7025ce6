/** The accounts of people: found, signed in by password, their passwords changed. */
export type { AccountRecord } from '@tessera/protocol/account';
export * from './account-parts.js';
export * from './account-rows.js';
export * from './password-attempts.js';
export * from './password-change.js';
export * from './password-hashing.js';
export * from './password-sign-in.js';
export * from './sealed-secrets.js';
export * from './sealed-passwords.js';
export * from './user-administration.js';
export * from './user-code-check.js';
export * from './users.module.js';
