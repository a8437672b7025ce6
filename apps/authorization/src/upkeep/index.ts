/** What has to be done again and again. */
export * from './upkeep.js';
