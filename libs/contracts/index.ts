/** Every message between the services. ONE place: client, server, NATS permissions and documents are made from it. */
export * from './api/index.js';
export * from './authorization/index.js';
export * from './catalogue.js';
export * from './define-contract.js';
export * from './delivery/index.js';
export * from './device-ciba/index.js';
export * from './key-management/index.js';
export * from './token/index.js';
