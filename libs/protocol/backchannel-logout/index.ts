/**
 * OpenID Connect Back-Channel Logout 1.0.
 *
 * 1. A session ends. In the same transaction a delivery is written for each client that has a grant of the session and registered a
 *    `backchannel_logout_uri` (§2.2); authorization owns it.
 * 2. The worker claims it; authorization makes the logout token (§2.4) at that moment, so that it is never old.
 * 3. The worker posts it to the client (§2.5) and judges the answer (§2.8); see the feature `delivery`.
 */
export * from './logout-token.js';
