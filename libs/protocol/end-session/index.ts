/**
 * RP-Initiated Logout 1.0.
 *
 * 1. A client sends the browser to the end session endpoint, best with the ID token it has (§2): {@link resolveLogoutRequest}.
 * 2. {@link decideLogout}: at once, or after the person confirmed, or there is nobody to sign out.
 * 3. The session is ended by one statement; with it its open interactions and every grant that is not offline (LOG-3).
 * 4. The person goes to the registered address of the client with `state` (§3), or sees a page of ours with a way on.
 */
export * from './decide-logout.js';
export * from './logout-request.js';
