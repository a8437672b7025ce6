/** Sealing to a public key. Needs no secret and no lease: the one part of jose that the gateway and the command line import. */
export * from './seal-to.js';
export * from './sealing.js';
