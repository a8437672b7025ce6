export * from './backchannel-authentication.js';
export * from './delivery.js';
export * from './device-authorization.js';
