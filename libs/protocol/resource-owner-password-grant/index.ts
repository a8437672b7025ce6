/**
 * The resource owner password credentials grant: RFC 6749 §4.3. Off twice over by default (GEN-10).
 *
 * 1. The gateway has replaced `password` by a sealed value that only authorization opens (decision 8).
 * 2. {@link resourceOwnerPasswordGrant}: confidential clients only; what the client may be granted follows from its registration
 *    and the request, since nobody is asked for consent.
 * 3. authorization counts the attempt, verifies the password and records the grant in one message.
 * 4. `token-request` issues as for a code.
 */
export * from './password-verification.js';
export * from './resource-owner-password-grant.js';
