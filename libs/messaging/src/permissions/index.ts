export * from './bus-permissions.js';
export * from './nats-server-config.js';
export * from './team-accounts.js';
