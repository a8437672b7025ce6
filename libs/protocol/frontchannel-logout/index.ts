/**
 * OpenID Connect Front-Channel Logout 1.0.
 *
 * 1. A client registers `frontchannel_logout_uri`, with the origin of one of its redirect URIs (§2).
 * 2. When a session ends in a browser, the page after it loads the address of every client that was signed in to in that session, in a
 *    frame, with `iss` and `sid` (§3, LOG-5): {@link frontchannelLogoutUrl}. The clients clear what they keep in that browser.
 * 3. Then the person goes on to where the logout leads.
 *
 * It reaches a client only where its cookies are sent into frames of other sites; what has to arrive goes by Back-Channel Logout.
 */
export * from './frontchannel-logout-url.js';
