/**
 * The key set of a client (RFC 7591 §2 `jwks` and `jwks_uri`; RFC 7517): which keys are taken from it, and how a set behind a
 * `jwks_uri` is kept current (REG-3, CLI-8, OUT-5).
 *
 * 1. A key set is declared by value, or fetched by authorization; both are parsed by {@link parseClientKeySet}.
 * 2. Of the replicas that want to fetch, one statement lets one through: {@link ClientKeySets}.
 * 3. {@link refreshClientKeySet} fetches, parses and stores. A failure is recorded and takes no good key away.
 */
export * from './client-key-set.js';
export * from './key-set-freshness.js';
export * from './key-set-refresh.js';
export { keyFits } from './verification-key.js';
