/**
 * Backchannel authentication: OpenID Connect Client-Initiated Backchannel Authentication (CIBA) Core 1.0, FAPI-CIBA.
 *
 * 1. A confidential client asks that a person be asked (§7.1): {@link validateBackchannelAuthenticationRequest} reads exactly one
 *    hint and what is to be granted, out of the form or out of a signed request (§7.1.1, `signed-request.ts`).
 * 2. {@link answerBackchannelAuthenticationRequest} has the person found, the caps looked at and the request stored, and answers
 *    with an `auth_req_id` (§7.3). It is derived and not random (`handles.ts`), because a notification says it once more.
 * 3. The person is shown the request under a handle of its own and decides (`approvals.ts`, §8): approve, deny, or, where the client
 *    wants the two screens tied together, pick the number the client shows (`number-matching.ts`). A deployment's own authenticator
 *    may report what they answered there (`completion.ts`).
 * 4. The client learns of it (§10): it polls {@link cibaGrant}; it is pinged and asks then; or the tokens are pushed to it
 *    (`notification.ts`).
 * 5. One statement of the owner answers each poll and redeems at most once (§11).
 */
export * from './approvals.js';
export * from './answer-request.js';
export * from './backchannel-authentication.js';
export * from './binding-message.js';
export * from './ciba-grant.js';
export * from './client-signed-jwt.js';
export * from './completion.js';
export * from './handles.js';
export * from './login-hint-token.js';
export * from './notification.js';
export * from './number-matching.js';
export * from './signed-request.js';
export * from './validate-request.js';
export * from './web-push.js';
