/** Devices that ask for access: the endpoint, the codes, the polls (RFC 8628). */
export * from './device-authorization.module.js';
export type { DeviceAuthorizationEndpoint } from './device-authorization.server.js';
export * from './sql-device-authorizations.js';
