import { json, positiveCount, postgresUrl } from '@tessera/configuration';
import { KeyPolicy } from '@tessera/protocol/key-lifecycle';
import { ServiceName } from '@tessera/vocabulary';
import { z } from 'zod';
import { keyringSetting } from './keys/keyring.js';

const POOL_MAX = 4;

/** What key-management reads beyond the settings of every process. */
export const KEY_MANAGEMENT_SETTINGS = {
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: positiveCount.default(POOL_MAX),
  /** `{"token": ["U..."], ...}`: the nkeys each lessee may sign its requests with. */
  SERVICE_NKEYS: json(z.partialRecord(ServiceName, z.array(z.string().regex(/^U[A-Z2-7]{55}$/, 'expected public nkeys, each beginning with U')))),
  KEY_ENCRYPTION_KEYRING: keyringSetting,
  KEY_POLICY: json(KeyPolicy).default(KeyPolicy.parse({})),
} as const;
