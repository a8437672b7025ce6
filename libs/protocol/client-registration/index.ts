/**
 * Dynamic client registration (RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration 1.0).
 *
 * 1. A client sends its metadata to the registration endpoint, with an initial access token unless the deployment is open
 *    (RFC 7591 §3, REG-1). Members nobody here knows are ignored, and privileged ones do not exist here (REG-5).
 * 2. {@link readClientMetadata} judges the members by the same rules as a declared client, on the resulting state: what the request
 *    leaves out has its default (REG-6). What several hosts share is proven by a document they publish ({@link provenSector}).
 * 3. One statement spends the token and writes the client. {@link clientInformation} is the answer, with a registration access token.
 * 4. At its configuration endpoint the client reads, replaces and deletes its registration with that token, which is another one
 *    after each update (RFC 7592 §2, REG-7).
 *
 * Not here: fetching, randomness, storage; and keys behind a `jwks_uri`, which are fetched as those of any client.
 */
export * from './client-information.js';
export * from './client-metadata-members.js';
export * from './read-client-metadata.js';
export * from './registration-token.js';
export * from './sector-identifier.js';
