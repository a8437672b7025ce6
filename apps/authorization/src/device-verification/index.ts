/** People with the user code of a device: who they are, what they allow (RFC 8628 §3.3). */
export * from './device-grants.js';
export * from './device-interaction.js';
export * from './device-requests.js';
export * from './device-verification.module.js';
export * from './user-code-entry.js';
