/**
 * The metadata documents of this issuer (RFC 8414, OpenID Connect Discovery 1.0), pure: from the issuer and from what works
 * in this release to the documents and the addresses they are served at.
 *
 * 1. The gateway asks {@link endpointUrl} for the published URL of each endpoint; nothing of it comes from a request (KEY-1).
 * 2. A client fetches a document at one of {@link metadataPaths} and reads {@link authorizationServerMetadata} or
 *    {@link openidProviderMetadata}. What they list works, what they do not list is refused (KEY-2).
 */
export * from './server-metadata.js';
