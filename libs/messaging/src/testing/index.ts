/** For specs only: a real nats-server, identities for it, and a bus that stays inside the process. */
export * from './in-memory-network.js';
export * from './nats-server.js';
export * from './service-identities.js';
export * from './services-answering.js';
export * from './transport-serving.js';
