/** Authorization codes, redeemed by their owner (decision 2). */
export * from './authorization-code.module.js';
export * from './sql-authorization-codes.js';
