/**
 * Client authentication: RFC 6749 §2.3, RFC 7521, RFC 7523, OIDC Core §9. The same at every endpoint that authenticates
 * clients; run by the service that owns the endpoint, never by the gateway, which sees no stored secret.
 *
 * 1. Presented credentials: exactly one method is used (`presented-credentials.ts`, `basic-credentials.ts`).
 * 2. The client is looked up by the id it claims; it must exist, be enabled, and have registered this very method (CLI-1).
 * 3. The proof is checked: a secret by digest (`client-secret.ts`), an assertion by its header and claims
 *    (`client-assertion.ts`, `assertion-audience.ts`), its key (`assertion-key.ts`) and its signature, in this order.
 * 4. An assertion with a good signature is spent in the replay ledger; only now, so that nobody can fill it or spend
 *    another's `jti` with unsigned text.
 *
 * Every failure is the same answer to the client and has its own reason in the log (CLI-2). Taking the same time is a promise
 * about secrets only: a client id is public (RFC 6749 §2.2), and whoever can sign for a client has nothing left to guess.
 */
export { selectAssertionKey } from './assertion-key.js';
export * from './authenticate-client.js';
export * from './client-authentication.js';
