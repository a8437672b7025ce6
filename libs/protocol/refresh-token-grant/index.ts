/**
 * The refresh token grant: RFC 6749 §6, RFC 9700 §4.14.2.
 *
 * 1. A grant begins a family with a random handle, generation 0 ({@link newRefreshFamily}).
 * 2. At each use the successor is derived from the token that was presented (decision 13), before anything is looked up, so that
 *    one conditional statement can rotate: the presented generation must be the current one and everything it depends on alive
 *    (REF-2, GEN-6). Exactly one of many uses at the same time finds it so.
 * 3. For the others a second statement says what they are: within the retry window the preceding generation gets the *same*
 *    successor again, derived with the key the first was derived with, so that a lost answer signs nobody out and the family
 *    never forks; any other late generation is reuse and ends the family with all its tokens (REF-4).
 * 4. Where the profile or the registration forbids rotation the same token goes on, its idle time extended (REF-1).
 */
export * from './refresh-token.js';
export * from './refresh-token-grant.js';
export * from './refresh-token-policy.js';
export * from './successor.js';
