/**
 * The authorization response (RFC 6749 §4.1.2, RFC 9207) as a value `{mode, target, parameters}` (decision 16).
 *
 * 1. Authorization decides the parameters: {@link successParameters}, {@link refusalParameters}.
 * 2. The gateway encodes them by their mode: {@link encodeAuthorizationResponse}. A new mode is a new row of the table.
 */
export * from './authorization-response.js';
export * from './response-parameters.js';
