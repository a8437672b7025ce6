/** What this service has delivered to clients (decision 6): its worker asks here. */
export * from './announce-deliveries.js';
export * from './announcing-queries.js';
export * from './delivery.module.js';
