/** How a process starts, says how it is, and stops: the same for all six. */
export type { Check } from './check.js';
export { type ProcessConfiguration, type ProcessContext, type ProcessDefinition, runProcess, type StartedProcess } from './run-process.js';
export { serveBus } from './serve-bus.js';
