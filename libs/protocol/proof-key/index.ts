/**
 * Proof Key for Code Exchange (RFC 7636), S256 only.
 *
 * 1. The client sends the challenge with its authorization request (§4.3); it is stored with the code.
 * 2. At the token endpoint it sends the verifier (§4.5); {@link computeCodeChallenge} gives the challenge the code must have,
 *    and the owner of the code compares it in the statement that spends the code.
 */
export * from './proof-key.js';
