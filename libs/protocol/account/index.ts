/**
 * The accounts of people: what is known of them (OIDC Core §5.1), what they sign in with, when they may.
 *
 * 1. An operator declares a person, or adds one; the person gets an id that is never reused and becomes `sub`.
 * 2. The person types an identifier and a password; the gateway seals the password (decision 8, {@link SealedSecret}).
 * 3. authorization brings the identifier into its stored form ({@link normalizeIdentifier}), counts the attempt
 *    (`sign-in-attempts`), and hashes the password or something of equal cost ({@link presentedPassword}).
 * 4. A new password is judged by its length alone ({@link newPasswordFault}).
 */
export * from './account.js';
export * from './account-page.js';
export * from './identifier.js';
export * from './password.js';
export * from './sealed-secret.js';
export * from './standard-claims.js';
