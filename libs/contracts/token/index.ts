export * from './assertion.js';
export * from './endpoints.js';
export * from './pushed-tokens.js';
