/**
 * RFC 6749 §4.4: a client gets a token for itself.
 *
 * 1. The client authenticates (`client-authentication`) and is allowed the grant (`token-request`).
 * 2. {@link clientCredentialsGrant}: confidential clients only; one resource; scope within bounds; never `openid`.
 * 3. `access-token` issues. There is no refresh token (§4.4.3) and no ID token (CCR-1).
 */
export * from './client-credentials-grant.js';
