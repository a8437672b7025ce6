export * from './client-key-set.js';
