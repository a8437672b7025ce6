/**
 * How signing keys reach the processes that use them (decision 1).
 *
 * 1. A lessee makes an ephemeral ECDH key pair and a nonce and signs the request with its own nkey.
 * 2. key-management checks the nkey against {@link LESSEES}, and answers with the keys in a JWE to the ephemeral key, signed
 *    by its own nkey over keys, nonce, digest of the request and time to live. It reads the keys from the database for each
 *    lease, never from memory: so at most 55 s pass between the commit that retires a key and its last signature (KEY-5).
 * 3. The lessee checks the pinned nkey, its nonce and the digest, and counts the lease from the moment it sent the request.
 */
export * from './lease.js';
export * from './published-keys.js';
