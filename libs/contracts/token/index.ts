export * from './assertion.js';
export * from './endpoints.js';
