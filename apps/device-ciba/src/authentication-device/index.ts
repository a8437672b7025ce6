/** How a person comes to see a request and decides it: in the approval inbox, or on the deployment's own authenticator. */
export * from './approval-decisions.js';
export * from './approval-desk.js';
export * from './approvals.module.js';
export * from './completion-desk.js';
export * from './sql-approvals.js';
