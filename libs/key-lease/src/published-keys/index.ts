/** The public side of the keys, for whoever verifies, seals or publishes. Needs no lease and holds no secret. */
export * from './published-keys-mirror.js';
