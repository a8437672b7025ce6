/** Key sets of clients: fetched, stored, kept current. */
export * from './client-key-set.module.js';
export * from './key-set-fetching.js';
export * from './outbound-key-set-source.js';
export * from './sql-client-key-sets.js';
