/**
 * Guessing passwords online, slowed down (CCR-4, ASVS 6.3.1).
 *
 * 1. Before a password is hashed the attempt is counted, for the account and for the source it comes from, by one statement.
 * 2. From the threshold on there is a pause in which nothing is evaluated; it grows with every further failure.
 * 3. A right password forgets the failures of the account, and is taken back from the source.
 *
 * Identifiers that nobody has are counted like others, so the counter tells nothing about who exists. Not here: guessing one
 * password over many accounts from many sources; that is for what watches the failure rate.
 */
export * from './sign-in-attempts.js';
export * from './source-network.js';
