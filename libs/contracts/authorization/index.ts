export * from './client-administration.js';
export * from './client-key-set.js';
export * from './declaration.js';
export * from './device-verification.js';
export * from './decoupled.js';
export * from './sign-in.js';
export * from './user-administration.js';
