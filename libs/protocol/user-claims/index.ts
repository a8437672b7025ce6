/**
 * Which claims about a person a client is told: OIDC Core §5.4 (by scope) and §5.5 (by the `claims` parameter).
 *
 * 1. {@link claimsOfScope}: the scopes `profile`, `email`, `address` and `phone` each stand for a list of claims.
 * 2. {@link claimsAskedFor}: the names that the `claims` parameter adds.
 * 3. {@link selectClaims}: of those, what is known. A claim that is not known is absent, never null or empty (§5.3.2).
 */
export * from './user-claims.js';
