/**
 * ID tokens: OIDC Core §2.
 *
 * 1. A grant with `openid` has an ID token: {@link idTokenClaims}, bound to its access token by `at_hash` (§3.1.3.6), signed with
 *    the algorithm the client registered.
 * 2. One comes back as a hint (`id_token_hint`): {@link verifyIdToken} tells whether it is ours. Whether its end matters is for
 *    whoever asks (§3.1.2.1, RP-Initiated Logout 1.0 §2 forgive it).
 */
export * from './id-token-claims.js';
export * from './verify-id-token.js';
