/**
 * The session: somebody is signed in, in one browser (OIDC Core §2 `auth_time`, §3.1.2.3; ASVS 7).
 *
 * 1. It begins when a step of an interaction proves who the person is, and gets a new handle at each such proof (UIX-2).
 * 2. It lives until the earlier of a sliding and an absolute end, judged by the database's clock.
 * 3. It ends by logout, from the account page, by a change of the password, or because another person signs in.
 */
export * from './signed-in.js';
