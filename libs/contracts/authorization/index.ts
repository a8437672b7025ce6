export * from './client-administration.js';
export * from './client-key-set.js';
export * from './client-registration.js';
export * from './declaration.js';
export * from './delivery.js';
export * from './sign-in.js';
export * from './user-administration.js';
