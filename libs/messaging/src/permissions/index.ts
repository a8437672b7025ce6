export * from './bus-permissions.js';
export * from './nats-server-config.js';
