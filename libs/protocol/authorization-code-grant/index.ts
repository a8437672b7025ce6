/**
 * The authorization code grant: RFC 6749 §4.1.3, §4.1.4, RFC 7636 §4.5, §4.6.
 *
 * 1. The client authenticates (`client-authentication`); a public client by its id, and by the verifier.
 * 2. {@link authorizationCodeGrant} sends everything the code is bound to along with its redemption; the owner's one statement
 *    judges all of it and records the redemption (COD-1).
 * 3. What the user granted comes back with it; the access token is for one resource of it (RFC 8707 §2.2).
 * 4. `token-request` issues: access token, ID token with `openid`, refresh token to a client that has that grant.
 */
export * from './authorization-code.js';
export * from './authorization-code-grant.js';
