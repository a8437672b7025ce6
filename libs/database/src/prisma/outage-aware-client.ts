import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/client.js';
import { outageOf } from '../outage.js';

/** Milliseconds an interactive transaction may wait for its connection, and may take (PGS-5). */
const TRANSACTION = { maxWait: 1_000, timeout: 3_000 };

/** Prisma on the given pool; what means an outage is thrown as one. All models: services get the view of their owner. */
export function outageAwareClient(pool: pg.Pool) {
  return new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: TRANSACTION }).$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          return await query(args);
        } catch (error) {
          throw outageOf(error) ?? error;
        }
      },
    },
  });
}

/** Prisma with every model. */
export type OutageAwareClient = ReturnType<typeof outageAwareClient>;
