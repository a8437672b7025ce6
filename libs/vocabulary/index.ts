/** Registered names, branded ids, errors, time and limits. No IO, no policy. */
export * from './authority.js';
export * from './clock.js';
export * from './identifiers.js';
export * from './limits.js';
export * from './oauth-error.js';
export * from './oauth-error-code.js';
export * from './outage.js';
export * from './reasons/index.js';
export type { RefusalReason } from './refusal-reason.js';
export * from './scope.js';
export * from './service-name.js';
export * from './signature-algorithm.js';
export * from './team.js';
