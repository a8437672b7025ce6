/**
 * What is known of a person's browser, and what is sent back to it.
 *
 * 1. {@link BrowserCookies} reads the two cookies of a request and sets what an owner's reply says.
 * 2. {@link formToken} makes the `csrf` field of every form of ours, {@link assertOwnForm} checks it with the Origin of the request.
 */
export * from './browser-cookies.js';
export * from './form-tokens.js';
