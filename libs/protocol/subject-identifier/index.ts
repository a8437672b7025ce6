/**
 * Subject identifier types: OIDC Core §8.
 */
export * from './subject-identifier.js';
