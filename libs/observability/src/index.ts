/** What a process says about itself: log lines with an allow-list of fields, metrics with bounded labels, traces. */
export * from './log-fields.js';
export * from './logger.js';
export * from './metrics.js';
export * from './nest-logger.js';
export type { Tally } from './tally.js';
export * from './traces/index.js';
