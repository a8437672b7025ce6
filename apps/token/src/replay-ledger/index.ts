/** Single use of assertions for the services that have no ledger of their own (CLI-7). */
export * from './replay-ledger.module.js';
