/** People on the way from an authorization request to its response. */
export * from './account-interaction.js';
export * from './authorization-completion.js';
export * from './authorization-endpoint.js';
export * from './authorization-interaction.js';
export * from './authorization-responses.js';
export * from './bus-front-channel-tokens.js';
export * from './interaction-desk.js';
export type { Purpose } from './interaction-row.js';
export * from './interaction.module.js';
export * from './open-interaction.js';
export * from './outbound-client-logos.js';
export * from './password-step.js';
export * from './sql-interactions.js';
export * from './step-pages.js';
