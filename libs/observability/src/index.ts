/** What a process says about itself: log lines with an allow-list of fields, metrics with bounded labels. */
export * from './log-fields.js';
export * from './logger.js';
export * from './metrics.js';
export * from './nest-logger.js';
