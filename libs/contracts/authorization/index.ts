export * from './client-administration.js';
export * from './client-key-set.js';
export * from './declaration.js';
export * from './sign-in.js';
export * from './user-administration.js';
