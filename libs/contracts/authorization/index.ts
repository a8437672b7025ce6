export * from './client-administration.js';
export * from './client-key-set.js';
export * from './declaration.js';
