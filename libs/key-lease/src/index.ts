/**
 * The lessee's side of decision 1.
 *
 * 1. `KeyLease` asks for the keys of its purposes, keeps the lease renewed, and hands a key out only while it is valid.
 * 2. `PublishedKeysMirror` (`@tessera/key-lease/published-keys`) keeps the public side.
 * 3. `signMessage` and `verifyMessage` are the signatures both sides exchange, made with the nkeys of the bus.
 */
export * from './key-lease.js';
export { LeaseRefused, requestDigest } from './lease-request.js';
export type { MacKey } from './leased-keys.js';
export { nkeyPair } from './nkey.js';
export * from './renewal.js';
export * from './signed-message.js';
