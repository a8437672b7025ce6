import { z } from 'zod';

/**
 * Everyone who may speak on the internal bus. The name is the last token of a subject, the queue group of a server, the
 * prefix of an inbox and the user of an nkey. `operator` is the command line, which answers nothing.
 */
export const ServiceName = z.enum(['gateway', 'token', 'authorization', 'device-ciba', 'worker', 'key-management', 'operator']);
/** One of the names on the bus. */
export type ServiceName = z.infer<typeof ServiceName>;

/** Services that own subjects, that is, those that answer. */
export type OwnerName = Exclude<ServiceName, 'gateway' | 'worker' | 'operator'>;
