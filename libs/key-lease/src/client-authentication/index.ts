/**
 * What client authentication needs, the same in each service that authenticates clients: these are the lessees of the
 * `client-secret` key, and each has its own copy of the clients.
 */
export * from './refreshed-client-key-sets.js';
export * from './sealed-client-secrets.js';
