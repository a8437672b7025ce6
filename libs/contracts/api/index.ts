export * from './backchannel-authentication.js';
export * from './device-authorization.js';
