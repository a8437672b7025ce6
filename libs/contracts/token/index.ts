export * from './assertion.js';
export * from './endpoints.js';
export * from './front-channel.js';
export * from './pushed-tokens.js';
