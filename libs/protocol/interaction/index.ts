/**
 * The interaction: who is the user, and what do they agree to (OIDC Core §3.1.2.3, §3.1.2.4, decision 15).
 *
 * 1. The authorization endpoint has a valid request. {@link decideAuthorization} looks at it, at who is signed in and at what
 *    they agreed to: it can be answered at once, or a person has to be asked, or it ends.
 * 2. Who has to be asked gets the page of one of the {@link STEPS}. What they answer is stored as a fact: a session, a done step.
 * 3. After each answer, 1 runs again from the stored facts. Nothing is carried in the browser but the interaction's handle.
 * 4. `continue` is committed by one statement: the interaction ends, the grant is recorded, the code is made.
 */
export * from './client-logo.js';
export * from './decide-authorization.js';
export * from './interaction-reply.js';
export * from './steps.js';
