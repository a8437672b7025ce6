/**
 * RFC 7662: a protected resource asks whether a token it was shown is active, and what it says.
 *
 * 1. The caller authenticates; it must be confidential (§2.1, TOK-1).
 * 2. The token is recognised by its form. A JWT is verified with the published keys, a handle is looked up by its hash: it is an
 *    access token or a refresh token, and which of them is looked for first is all that `token_type_hint` changes (§2.1).
 * 3. The caller must be the client the token was issued to, or one that may introspect for a resource it is for. A refresh token
 *    is nobody's business but its client's.
 * 4. One SQL statement decides whether it lives (decision 3).
 *
 * Everything that is not a live token the caller may know is exactly `{"active": false}` (§2.2, §4, TOK-2).
 */
export * from './introspection.js';
