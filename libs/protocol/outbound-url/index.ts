/**
 * URLs that a client registers and that this provider may call one day: `jwks_uri` now, callbacks later (OUT-1,
 * REG-4). Every such field passes this one check when it is registered; `@tessera/outbound-http` passes it again before a
 * connection is made, together with what cannot be known here: the resolved addresses.
 */
export * from './outbound-url.js';
