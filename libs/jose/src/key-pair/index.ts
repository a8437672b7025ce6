export * from './fresh-key-pair.js';
