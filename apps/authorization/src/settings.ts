import { positiveCount, postgresUrl, publicNkeys } from '@tessera/configuration';
import { z } from 'zod';

/** Connections of one process: administration and key sets, no request of a client yet. */
const POOL_MAX = 8;

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
);

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'expected port numbers, separated by commas')
  .transform(Number);

/** What authorization reads beyond the common settings. */
export const AUTHORIZATION_SETTINGS = {
  /** PostgreSQL, as the role of authorization. */
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: positiveCount.default(POOL_MAX),
  /** The public nkeys of key-management that leases and published keys must be signed with. */
  KEY_MANAGEMENT_NKEY: publicNkeys,
  /** Ports besides 443 that key sets may be fetched from (OUT-1). */
  OUTBOUND_PORTS: list.pipe(z.array(portNumber)).default([]),
  /** Exact `host:port` pairs whose addresses are not checked (OUT-2): for intranets and tests. Empty unless set. */
  OUTBOUND_ALLOWED_HOSTS: list.default([]),
  /** PEM certificates trusted besides the built-in ones; usually by `OUTBOUND_CA_FILE`. */
  OUTBOUND_CA: z.string().includes('-----BEGIN CERTIFICATE-----', { message: 'expected PEM certificates' }).optional(),
} as const;
