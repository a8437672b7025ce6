export * from './administration.js';
export * from './leasing.js';
