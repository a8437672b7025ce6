import { ConfigurationError, list } from '@tessera/configuration';
import { z } from 'zod';
import { type OutboundPolicy, parseOutboundPolicy } from './outbound-policy.js';

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'expected port numbers, separated by commas')
  .transform(Number);

/** What a process with egress to addresses of clients reads from its environment. */
export const OUTBOUND_SETTINGS = {
  /** Ports besides 443 that addresses of clients may have (OUT-1). */
  OUTBOUND_PORTS: list.pipe(z.array(portNumber)).default([]),
  /** Exact `host:port` pairs whose addresses are not checked (OUT-2): for intranets and tests. Empty unless set. */
  OUTBOUND_ALLOWED_HOSTS: list.default([]),
  /** PEM certificates trusted besides the built-in ones; usually by `OUTBOUND_CA_FILE`. */
  OUTBOUND_CA: z.string().includes('-----BEGIN CERTIFICATE-----', { message: 'expected PEM certificates' }).optional(),
} as const;

/**
 * The policy of these settings.
 *
 * @throws {ConfigurationError} whose line names the variable and the entry that is wrong.
 */
export function outboundPolicy(settings: { readonly OUTBOUND_PORTS: readonly number[]; readonly OUTBOUND_ALLOWED_HOSTS: readonly string[] }): OutboundPolicy {
  try {
    return parseOutboundPolicy({ ports: settings.OUTBOUND_PORTS, allowedHosts: settings.OUTBOUND_ALLOWED_HOSTS });
  } catch (error) {
    throw new ConfigurationError(`OUTBOUND_ALLOWED_HOSTS is wrong: ${error instanceof Error ? error.message : 'not acceptable'}`);
  }
}
