/**
 * The grant: what a user allowed one client, once (decision 2). It exists before anything that can be redeemed.
 *
 * 1. An authorization request asks for an authority (`requested-authority.ts`); the person narrows it.
 * 2. The grant is recorded: in the transaction that mints a code, or, where the client waits elsewhere, by
 *    {@link GrantRecording} before the decision is stored (RFC 8628, CIBA).
 */
export * from './grant-recording.js';
export * from './requested-authority.js';
