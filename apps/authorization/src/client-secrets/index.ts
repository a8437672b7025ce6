/** Secrets of clients that sign with them: sealed to the `client-secret` key, moved when that key changes. */
export * from './leased-secret-seals.js';
export * from './secret-resealing.js';
