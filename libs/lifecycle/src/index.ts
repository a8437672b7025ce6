/** How a process starts, says how it is, and stops: the same for all six. */
export * from './check.js';
export * from './ops-server.js';
export * from './run-process.js';
export * from './serve-bus.js';
export * from './until-available.js';
