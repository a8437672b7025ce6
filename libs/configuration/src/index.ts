/** Reads the environment once, parses it and freezes it. A secret has no default. */
export * from './read-configuration.js';
export * from './settings.js';
