import type pg from 'pg';
import { outageAwareClient } from './outage-aware-client.js';
import type { OwnerClient } from './owned-models.js';

/** Prisma over the tables of authorization, for its cold paths. Ends with the pool. */
export function prismaForAuthorization(pool: pg.Pool): OwnerClient<'authorization'> {
  return outageAwareClient(pool);
}

/** Prisma over the tables of token, for its cold paths. Ends with the pool. */
export function prismaForToken(pool: pg.Pool): OwnerClient<'token'> {
  return outageAwareClient(pool);
}

/** Prisma over the tables of device-ciba, for its cold paths. Ends with the pool. */
export function prismaForDeviceCiba(pool: pg.Pool): OwnerClient<'device-ciba'> {
  return outageAwareClient(pool);
}

/** Prisma over the tables of key-management, for its cold paths. Ends with the pool. */
export function prismaForKeyManagement(pool: pg.Pool): OwnerClient<'key-management'> {
  return outageAwareClient(pool);
}
