/** PostgreSQL as the services use it: one pool, written statements by name, outages told apart. Prisma: `@tessera/database/prisma`. */
export * from './create-pool.js';
export * from './database-metrics.js';
export { outageOf } from './outage.js';
export * from './outbox/sql-outbox.js';
export * from './queries.js';
export * from './read/authorization/index.js';
export * from './required-migration.js';
export * from './schema-gate.js';
export * from './sql-replay-ledger.js';
export * from './statements.js';
export * from './turn-batch.js';
