/** Client authentication at the endpoints of this service: the same as at the token endpoint (DEV-3). */
export * from './authenticator.js';
