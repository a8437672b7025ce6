/** Changes of the issuer's keys. */
export * from './issuer-keys.module.js';
