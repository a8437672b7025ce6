/** The pushed authorization request endpoint (RFC 9126). */
export * from './pushed-authorization-request.module.js';
export type { PushedAuthorizationRequestEndpoint } from './pushed-authorization-request.server.js';
