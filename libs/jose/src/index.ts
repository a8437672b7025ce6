/**
 * Verification of signatures and opening of sealed values. Making signatures is `@tessera/jose/signing`, which only lessees
 * import; sealing to a public key is `@tessera/jose/seal`.
 */
export * from './compact-jws.js';
export * from './jwk-thumbprint.js';
export * from './open-sealed.js';
export * from './verify-jws.js';
export * from './verify-mac.js';
