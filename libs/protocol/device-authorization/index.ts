/**
 * The device authorization grant: RFC 8628. The letters are those of its figure 1.
 *
 * 1. A, B: {@link answerDeviceAuthorizationRequest} authenticates the client, validates what it asks for, and answers with a device
 *    code, a user code and where a person takes it (`device-authorization-request.ts`, `user-code.ts`).
 * 2. C, D: a person types the user code, signs in, and sees who asks, for what, from where, and the code to compare;
 *    {@link decideDeviceVerification} says what comes next (`device-verification.ts`). Their decision is one statement of the
 *    service that owns the request; the grant it names was recorded before.
 * 3. E, F: the client polls. {@link judgePoll} is the state machine of the answers (`polling.ts`), {@link deviceCodeGrant} the
 *    grant of the token endpoint (`device-code-grant.ts`).
 */
export * from './device-authorization.js';
export * from './device-authorization-request.js';
export * from './device-code-grant.js';
export * from './device-verification.js';
export * from './polling.js';
export * from './user-code.js';
export * from './user-code-entry.js';
