/** How a person comes to see a request and decides it: the approval inbox. */
export * from './approval-desk.js';
export * from './approvals.module.js';
export * from './sql-approvals.js';
