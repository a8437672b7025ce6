import { positiveCount, postgresUrl, publicNkeys } from '@tessera/configuration';
import { z } from 'zod';

/** Connections of one process: statements are short and batched, so few do much. */
const POOL_MAX = 10;

/** What token reads beyond the common settings. */
export const TOKEN_SETTINGS = {
  /** PostgreSQL, as the role of token. */
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: positiveCount.default(POOL_MAX),
  /** The public nkeys of key-management that leases and published keys must be signed with. */
  KEY_MANAGEMENT_NKEY: publicNkeys,
  /** Whether this deployment has the password grant at all; a client needs the grant type besides (GEN-10). */
  PASSWORD_GRANT: z.enum(['off', 'on'], 'expected on or off').default('off'),
} as const;
