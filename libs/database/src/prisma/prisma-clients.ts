import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/client.js';
import { outageOf } from '../outage.js';
import type { OwnerClient } from './owned-models.js';

/** Milliseconds an interactive transaction may wait for its connection, and may take (PGS-5). */
const TRANSACTION = { maxWait: 1_000, timeout: 3_000 };

/** Prisma over the tables of authorization, for its cold paths. Ends with the pool. */
export function prismaForAuthorization(pool: pg.Pool): OwnerClient<'authorization'> {
  return connected(pool);
}

/** Prisma over the tables of token, for its cold paths. Ends with the pool. */
export function prismaForToken(pool: pg.Pool): OwnerClient<'token'> {
  return connected(pool);
}

/** Prisma over the tables of device-ciba, for its cold paths. Ends with the pool. */
export function prismaForDeviceCiba(pool: pg.Pool): OwnerClient<'device-ciba'> {
  return connected(pool);
}

/** Prisma over the tables of key-management, for its cold paths. Ends with the pool. */
export function prismaForKeyManagement(pool: pg.Pool): OwnerClient<'key-management'> {
  return connected(pool);
}

/** On the given pool, and with an outage thrown as one. */
function connected(pool: pg.Pool) {
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
