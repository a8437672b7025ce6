/**
 * The authorization request: RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636 §4.3, RFC 8707 §2, RFC 9126 §4.
 *
 * 1. The client is identified (`identify-client.ts`); until the redirect URI is proven every refusal is a thrown `OAuthError`,
 *    which becomes a page and never a redirect (AUT-2).
 * 2. The parameters of a request object take the place of the others ({@link requestedParameters}, RFC 9101 §6.3).
 * 3. A pushed request is taken as it was stored, everything beside `client_id` ignored (`resolve-authorization-request.ts`,
 *    PAR-4). Any other goes through {@link validateAuthorizationRequest}, the same at both endpoints (PAR-2).
 * 4. The redirect URI is proven (`proven-redirection.ts`); from here on a refusal is an {@link AuthorizationRefusal} that knows
 *    where it goes.
 * 5. Parameter by parameter: what the client may ask for, and in which syntax. Parameters nobody defined are ignored
 *    (RFC 6749 §3.1).
 *
 * Who the user is and whether they agree is not decided here but by `interaction`, from the value this feature makes.
 */
export * from './authorization-refusal.js';
export * from './authorization-request.js';
export { identifyClient } from './identify-client.js';
export { type RequestedAuthority, requestedAuthority } from './requested-authority.js';
export * from './requested-parameters.js';
export * from './resolve-authorization-request.js';
export * from './validate-authorization-request.js';
