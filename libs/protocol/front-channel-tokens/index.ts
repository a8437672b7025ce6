/**
 * Tokens in authorization responses: OIDC Core §3.2 (implicit) and §3.3 (hybrid), for clients that registered such a response type.
 *
 * 1. Authorization records the grant, and the code where there is one, in its own transaction.
 * 2. It asks token once for the tokens of the response; token makes them ({@link issueFrontChannelTokens}), because issuing stays one
 *    place (decision 16).
 * 3. Authorization answers with both, in the fragment or as a form, never in the query.
 *
 * It does not protect what arrives in a browser from what runs there; that is why these types are off unless registered (RFC 9700 §2.1.2).
 */
export * from './front-channel-tokens.js';
