/**
 * The userinfo endpoint: OIDC Core §5.3, RFC 6750.
 *
 * 1. The access token is taken from the Authorization header field or a form, never from a URL ({@link presentedBearerToken}, TOK-6).
 * 2. It must be an access token of this issuer for this very endpoint, with `openid`; a JWT is verified, a handle looked up.
 * 3. One SQL statement says whether it lives (decision 3) and, if so, what is known of the person.
 * 4. The claims of the granted scope (OIDC Core §5.4) and of the granted `claims` parameter (§5.5) are told, as JSON, or as a
 *    JWT to a client that registered an algorithm for it (§5.3.2).
 */
export * from './bearer-token.js';
export * from './userinfo.js';
