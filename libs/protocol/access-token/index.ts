/**
 * Access tokens: RFC 9068 (JWT profile), RFC 6750, and handles that only introspection can read.
 *
 * 1. A grant decides an {@link Entitlement}: who, for whom, what, at which resource, how long. No token yet.
 *    What a user granted becomes one by {@link entitleUser}: for one of the granted resources, or for the userinfo endpoint, which
 *    is the resource every deployment has (`userinfo-resource.ts`).
 * 2. {@link issueAccessToken} makes the token in the format of the resource: a JWT signed with a leased key, without a row;
 *    or an opaque handle, of which only the SHA-256 is stored, before it is said.
 * 3. A token that comes back is recognised by its form (`presented-token.ts`) and, if it is a JWT, verified by
 *    {@link verifyAccessToken}. Whether it still lives is the database's answer, not this feature's; a user's
 *    token names its grant in its `jti`, so that no row is needed to ask (decision 3).
 */
export * from './access-token.js';
export * from './access-token-claims.js';
export * from './access-token-lifetime.js';
export * from './entitlement.js';
export * from './issue-access-token.js';
export * from './presented-token.js';
export * from './user-entitlement.js';
export * from './userinfo-resource.js';
export * from './verify-access-token.js';
