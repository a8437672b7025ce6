/** The only HTTP client: guarded against server-side request forgery (OUT-1 to OUT-4). */
export * from './outbound-http.js';
export type { AddressLookup } from './address-lookup.js';
export * from './outbound-limits.js';
export * from './outbound-settings.js';
export { parseOutboundPolicy, type OutboundPolicy } from './outbound-policy.js';
export { isPublicAddress } from './special-use-address.js';
