/**
 * Request objects: RFC 9101, OIDC Core §6.
 *
 * 1. The object is read ({@link readRequestObject}): header, claims, and which of the claims are parameters.
 * 2. It is judged and verified ({@link verifyRequestObject}): algorithm by registration, claims by profile, then the key among those
 *    of the client, and the signature.
 * 3. Its parameters take the place of the request's (RFC 9101 §6.3, PAR-4): `authorization-request` goes on with them alone.
 *
 * Not here: fetching an object behind a `request_uri` (a port of `authorization-request`), and encryption, which this provider does
 * not offer.
 */
export * from './read-request-object.js';
export * from './verify-request-object.js';
