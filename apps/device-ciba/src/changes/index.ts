/** Hints from other services. */
export * from './changes.module.js';
export type { Copies } from './changes.server.js';
