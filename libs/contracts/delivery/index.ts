export * from './delivery-contracts.js';
export * from './delivery-owners.js';
